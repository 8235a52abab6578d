"""The command `status`: the figures of /metrics for a person or cron."""

from collections.abc import Iterator
from datetime import timedelta

import click
from flask.cli import with_appcontext

from campaign_actions.audit.anchors.health import AnchorHealth, anchor_health
from campaign_actions.audit.anchors.settings import anchor_settings
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.security.secrets import own_audit_public_key
from campaign_actions.monitoring.health import anchor_problems, load_problems
from campaign_actions.monitoring.queries import MAX_COUNTED, Load, find_load
from campaign_actions.outbox.report import format_duration


@click.command("status")
@with_appcontext
def status() -> None:
    """Show delays of email and counts. Exit code 1 if one is over ten minutes.

    Also if no anchor of the audit log was made or delivered for two days.
    """
    now = utc_now()
    load = find_load(now)
    settings = anchor_settings()
    anchors = anchor_health(now, settings=settings, public_key=own_audit_public_key())
    for line in (*lines(load), anchor_line(anchors)):
        click.echo(line)
    found = [*load_problems(load), *anchor_problems(anchors)]
    for trouble in found:
        click.echo(trouble, err=True)
    if found:
        raise SystemExit(1)


def lines(load: Load) -> Iterator[str]:
    mails = load.mails
    yield f"Signing: {_number(load.new_signatures)} new in the last minute"
    yield (
        f"Mail: {_number(mails.sent)} sent in the last minute, {_number(mails.due)} due,"
        f" {_number(mails.waiting)} waiting for later, {_number(mails.failed)} failed for good"
    )
    yield f"Mail delay: {_format_duration(load.mail_delay)}"
    yield f"Oldest mail: {_format_duration(load.oldest_mail)}"
    yield f"Counts: {_number(load.uncounted)} confirmed or withdrawn, not counted yet"
    yield f"Count delay: {_format_duration(load.count_delay)}"


def anchor_line(anchors: AnchorHealth) -> str:
    newest = anchors.newest_at
    return f"Newest anchor of the audit log: {f'{newest:%Y-%m-%d %H:%M} UTC' if newest else 'none'}"


def _number(count: int) -> str:
    return f"{MAX_COUNTED:,} or more" if count >= MAX_COUNTED else f"{count:,}"


def _format_duration(span: timedelta) -> str:
    return format_duration(span) if span >= timedelta(seconds=1) else "none"
