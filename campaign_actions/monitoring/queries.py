"""How far behind mail and counts are, from the database: true for all machines, whoever asks."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from campaign_actions.actions.counts.counts import (
    count_new_signatures,
    count_unfolded_entries,
    oldest_unfolded_at,
)
from campaign_actions.outbox.queries import MailCounts, count_mails, mail_delay, oldest_mail

MOST = 100_000  # rows counted for one figure, so that asking never weighs on the database
LATELY = timedelta(minutes=1)


@dataclass(frozen=True)
class Load:
    """The figures of one moment. Numbers stop at MOST: that many, or more."""

    mails: MailCounts  # `sent`: in the last minute
    mail_delay: timedelta  # as pages say it
    oldest_mail: timedelta  # how long it waits, also when that is its mailbox's fault
    new_signatures: int  # in the last minute
    uncounted: int  # confirmations and withdrawals that wait for the worker
    count_delay: timedelta  # how old the oldest of them is


@dataclass(frozen=True)
class Rates:
    """How many people have signed, each up to MOST."""

    last_minute: int
    last_ten_minutes: int
    last_hour: int


def find_rates(now: datetime) -> Rates:
    spans = (1, 10, 60)
    since = (now - timedelta(minutes=minutes) for minutes in spans)
    return Rates(*(count_new_signatures(since=moment, most=MOST) for moment in since))


def find_load(now: datetime) -> Load:
    oldest = oldest_unfolded_at()
    return Load(
        mails=count_mails(now, since=now - LATELY, most=MOST),
        mail_delay=mail_delay(now),
        oldest_mail=oldest_mail(now, most=MOST),
        new_signatures=count_new_signatures(since=now - LATELY, most=MOST),
        uncounted=count_unfolded_entries(most=MOST),
        count_delay=max(now - oldest, timedelta()) if oldest else timedelta(),
    )
