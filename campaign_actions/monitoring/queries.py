"""Delays of email and counts, from the database and so for all machines together."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from campaign_actions.actions.counts.queries import (
    count_new_signatures,
    count_unfolded_entries,
    oldest_unfolded_at,
)
from campaign_actions.outbox.queries import MailCounts, count_mails, mail_delay, oldest_mail

MAX_COUNTED = 100_000  # rows for one figure, so that asking stays cheap
RECENT = timedelta(minutes=1)


@dataclass(frozen=True)
class Load:
    """The figures of one moment. Numbers stop at MAX_COUNTED, which means that many or more."""

    mails: MailCounts  # `sent`: in the last minute
    mail_delay: timedelta  # as shown on pages
    oldest_mail: timedelta  # its age, even if its mailbox is the cause
    new_signatures: int  # in the last minute
    uncounted: int  # confirmations and withdrawals not folded yet
    count_delay: timedelta  # the age of the oldest of them


@dataclass(frozen=True)
class Rates:
    """The number of new signatures, each up to MAX_COUNTED."""

    last_minute: int
    last_ten_minutes: int
    last_hour: int


def find_rates(now: datetime) -> Rates:
    spans = (1, 10, 60)
    since = (now - timedelta(minutes=minutes) for minutes in spans)
    return Rates(*(count_new_signatures(since=moment, limit=MAX_COUNTED) for moment in since))


def find_load(now: datetime) -> Load:
    oldest = oldest_unfolded_at()
    return Load(
        mails=count_mails(now, since=now - RECENT, limit=MAX_COUNTED),
        mail_delay=mail_delay(now),
        oldest_mail=oldest_mail(now, limit=MAX_COUNTED),
        new_signatures=count_new_signatures(since=now - RECENT, limit=MAX_COUNTED),
        uncounted=count_unfolded_entries(limit=MAX_COUNTED),
        count_delay=max(now - oldest, timedelta()) if oldest else timedelta(),
    )
