"""The command `status`: the figures of /metrics in words, for a person or for cron."""

from collections.abc import Iterator
from datetime import timedelta

import click
from flask.cli import with_appcontext

from campaign_actions.core.database import utc_now
from campaign_actions.monitoring.judging import troubles
from campaign_actions.monitoring.queries import MOST, Load, find_load
from campaign_actions.outbox.listing import duration


@click.command("status")
@with_appcontext
def status() -> None:
    """Say how mail and counts keep up; exit code 1 when one is more than ten minutes behind."""
    load = find_load(utc_now())
    for line in lines(load):
        click.echo(line)
    found = list(troubles(load))
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
    yield f"Mail delay: {_ago(load.mail_delay)}"
    yield f"Oldest mail: {_ago(load.oldest_mail)}"
    yield f"Counts: {_number(load.uncounted)} confirmed or withdrawn, not counted yet"
    yield f"Count delay: {_ago(load.count_delay)}"


def _number(count: int) -> str:
    return f"{MOST:,} or more" if count >= MOST else f"{count:,}"


def _ago(span: timedelta) -> str:
    return duration(span) if span >= timedelta(seconds=1) else "none"
