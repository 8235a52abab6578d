"""The command `status`: the figures of /metrics, for people and cron."""

from collections.abc import Iterator
from datetime import timedelta

import click
from flask.cli import with_appcontext

from campaign_actions.audit.anchors.health import AnchorHealth, anchor_health
from campaign_actions.audit.anchors.settings import anchor_settings
from campaign_actions.commands.switch import off_lines
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.security.audit_key import own_audit_public_key
from campaign_actions.core.switches.state import EMAIL, is_off
from campaign_actions.monitoring.health import anchor_problems, load_problems
from campaign_actions.monitoring.queries import MAX_COUNTED, Load, find_load
from campaign_actions.outbox.report import format_duration


@click.command("status")
@with_appcontext
def status() -> None:
    """Show delays in email and counting, and what is switched off.

    The exit code is 1 if a delay is over ten minutes. It is also 1 if no anchor of the audit log was created
    or delivered for two days.
    """
    now = utc_now()
    load = find_load(now)
    settings = anchor_settings()
    anchors = anchor_health(now, settings=settings, public_key=own_audit_public_key())
    for line in (*lines(load), anchor_line(anchors), *off_lines()):
        click.echo(line)
    found = [*load_problems(load, is_email_off=is_off(EMAIL)), *anchor_problems(anchors)]
    for problem in found:
        click.echo(problem, err=True)
    if found:
        raise SystemExit(1)


def lines(load: Load) -> Iterator[str]:
    mails = load.mails
    yield f"Signatures: {_number(load.new_signatures)} new in the last minute"
    yield (
        f"Email: {_number(mails.sent)} sent in the last minute, {_number(mails.due)} due,"
        f" {_number(mails.waiting)} delayed, {_number(mails.failed)} failed permanently"
    )
    yield f"Email delay: {_format_duration(load.mail_delay)}"
    yield f"Oldest email: {_format_duration(load.oldest_mail)}"
    yield f"Uncounted changes: {_number(load.uncounted)}"
    yield f"Count delay: {_format_duration(load.count_delay)}"


def anchor_line(anchors: AnchorHealth) -> str:
    newest = anchors.newest_at
    return f"Newest anchor of the audit log: {f'{newest:%Y-%m-%d %H:%M} UTC' if newest else 'none'}"


def _number(count: int) -> str:
    return f"{MAX_COUNTED:,} or more" if count >= MAX_COUNTED else f"{count:,}"


def _format_duration(span: timedelta) -> str:
    return format_duration(span) if span >= timedelta(seconds=1) else "none"
