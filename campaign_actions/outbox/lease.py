"""Leasing due emails, lane by lane, within the daily limit of each mailbox.

A sender (a worker has one for each connection) leases a batch of emails; a lease expires after a time.
While one email of a mailbox is leased, all other senders leave that mailbox alone, so that its
count of sent emails is right when one of them decides.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY, TEXT

from campaign_actions.outbox.models import LANES, URGENT_LANES, Lane, OutboxMail

LEASE = timedelta(minutes=2)
HAND_OVER = timedelta(
    seconds=105
)  # for one email: core/mail/smtp prepares 45 s, and waits twice 30
DAY = timedelta(hours=24)
# Mailboxes leased at once. Emails of a killed sender wait for the end of its lease, so not too many;
# others are given back as soon as an urgent one is due.
MAX_MAILBOXES: dict[Lane, int] = {"staff": 50, "signer": 50, "notice": 50, "bulk": 10}
MAX_BATCH = 2000  # rows leased at once: many of one mailbox are one email
# The lanes whose sent emails count for the daily limit of a lane.
COUNTED_LANES: dict[Lane, tuple[Lane, ...]] = {
    "staff": (),
    "signer": ("signer", "notice"),
    "notice": ("signer", "notice"),
    "bulk": ("signer", "notice", "bulk"),
}
# How many of a day's emails to a mailbox a lane leaves to more urgent ones. So receipts do not delay the
# next confirmation, which someone is waiting for.
RESERVED: dict[Lane, int] = {"notice": 2}


class LeasedEmail(NamedTuple):
    """The part of an outbox row that a sender needs, as it was when it was leased."""

    id: int
    template: str
    recipient: str | None
    email_key: str
    locale: str
    about: int | None
    update_id: int | None
    lane: Lane
    queued_at: datetime
    is_held: bool
    attempts: int
    first_tried_at: datetime | None


COLUMNS = [OutboxMail.__table__.columns[name] for name in LeasedEmail._fields]


@dataclass(frozen=True)
class Batch:
    """The rows that go out as one email, leased until then."""

    rows: list[LeasedEmail]
    leased_until: datetime

    @property
    def is_urgent(self) -> bool:
        return self.rows[0].lane in URGENT_LANES


def is_anything_due(connection: Connection, now: datetime, lanes: Iterable[Lane] = LANES) -> bool:
    """Takes no locks."""
    lookups = (_due_mailboxes(now, lane).limit(1) for lane in lanes)
    return any(connection.execute(lookup).first() is not None for lookup in lookups)


def lease(connection: Connection, now: datetime, *, daily_limit: int) -> list[Batch]:
    """Lease the next emails of the most urgent lane that has any; none if nothing is due.

    Each mailbox gets one email at a time; but once some of its emails have been held back by the
    limit, all that are due in the lane go out as one. Emails over the limit are put off. A limit
    of 0 means none. Does not wait for other senders.
    """
    for lane in LANES:
        if batches := _lease_lane(connection, now, daily_limit, lane):
            return batches
    return []


def _lease_lane(connection: Connection, now: datetime, daily_limit: int, lane: Lane) -> list[Batch]:
    skipped: set[str] = set()
    mailboxes = _due_mailboxes(now, lane).limit(MAX_MAILBOXES[lane])
    while found := list(connection.scalars(mailboxes.where(OutboxMail.email_key.not_in(skipped)))):
        due = _due_rows(connection, found, now, lane)
        free_at = _free_at(connection, due, now, daily_limit, lane)
        for moment in set(free_at.values()):
            held = [row for key in due if free_at.get(key) == moment for row in due[key]]
            _change(connection, held, due_at=moment, is_held=True)
        batches = [
            Batch(_next_email(rows), now + LEASE) for key, rows in due.items() if key not in free_at
        ]
        if batches:
            _change(connection, _rows_of(batches), leased_until=now + LEASE)
            return batches
        skipped.update(found)
    return []


def renew(connection: Connection, batches: Sequence[Batch], now: datetime) -> list[Batch]:
    """Extend the lease of batches; returns those that this sender still has."""
    ids = [row.id for row in _rows_of(batches)]
    ours = OutboxMail.id.in_(ids), OutboxMail.leased_until == batches[0].leased_until
    renewed = update(OutboxMail).where(*ours, OutboxMail.status == "queued")
    renewed = renewed.values(leased_until=now + LEASE).returning(OutboxMail.id)
    still_ours = set(connection.scalars(renewed))
    return [
        replace(batch, leased_until=now + LEASE)
        for batch in batches
        if all(row.id in still_ours for row in batch.rows)
    ]


def is_unleased(now: datetime) -> ColumnElement[bool]:
    """A lease that ends too late is ignored: it was made before the clock was set back."""
    leased_until = OutboxMail.leased_until
    return or_(leased_until.is_(None), leased_until <= now, leased_until > now + 2 * LEASE)


def _due_mailboxes(now: datetime, lane: Lane) -> Select[str]:
    """The mailboxes of due rows, longest due first, in the order of the index."""
    return select(OutboxMail.email_key).where(*_are_due(now, lane)).order_by(OutboxMail.due_at)


def _are_due(now: datetime, lane: Lane) -> tuple[ColumnElement[bool], ...]:
    queue = OutboxMail.status == "queued", OutboxMail.lane == lane
    return *queue, OutboxMail.due_at <= now, is_unleased(now)


def _due_rows(
    connection: Connection, email_keys: Sequence[str], now: datetime, lane: Lane
) -> dict[str, list[LeasedEmail]]:
    """The due rows of each mailbox that no other sender is working on.

    Rows that are being erased or retried at this moment are left out.
    """
    locked = _lock(connection, sorted(set(email_keys)))
    unsent = OutboxMail.email_key.in_(locked), OutboxMail.sent_at.is_(None)
    are_leased = OutboxMail.status == "queued", ~is_unleased(now)
    leased = select(OutboxMail.email_key).where(*unsent, *are_leased)
    busy = set(connection.scalars(leased))  # leased since they were found, before they were locked
    rows = (
        select(*COLUMNS)
        .where(*unsent, *_are_due(now, lane), OutboxMail.email_key.not_in(busy))
        .order_by(OutboxMail.due_at, OutboxMail.id)
        .limit(MAX_BATCH)
        .with_for_update(skip_locked=True)
    )
    due = defaultdict(list)
    for row in map(LeasedEmail._make, connection.execute(rows)):
        due[row.email_key].append(row)
    return due


def _lock(connection: Connection, email_keys: Sequence[str]) -> Sequence[str]:
    """The mailboxes that this transaction could lock. On SQLite it has locked the whole database."""
    if connection.dialect.name != "postgresql":
        return email_keys
    key = func.unnest(literal(list(email_keys), ARRAY(TEXT))).column_valued("key")
    lock = func.pg_try_advisory_xact_lock(func.hashtextextended(key, 0))
    return connection.scalars(select(key).where(lock)).all()


def _free_at(
    connection: Connection,
    email_keys: Iterable[str],
    now: datetime,
    daily_limit: int,
    lane: Lane,
) -> dict[str, datetime]:
    """When each mailbox that has reached its limit may get an email again."""
    if not daily_limit or not COUNTED_LANES[lane]:
        return {}
    sent = select(OutboxMail.email_key, OutboxMail.sent_at).where(
        OutboxMail.email_key.in_(list(email_keys)),
        OutboxMail.sent_at > now - DAY,
        ~OutboxMail.is_part,
        OutboxMail.lane.in_(COUNTED_LANES[lane]),
    )
    times = defaultdict(list)
    for row in connection.execute(sent):
        times[row.email_key].append(row.sent_at)
    limit = max(daily_limit - RESERVED.get(lane, 0), 1)
    return {
        key: sorted(sent_at)[-limit] + DAY
        for key, sent_at in times.items()
        if len(sent_at) >= limit
    }


def _next_email(rows: list[LeasedEmail]) -> list[LeasedEmail]:
    """The rows of a mailbox that go out as its next email."""
    return rows if any(row.is_held for row in rows) else rows[:1]


def _rows_of(batches: Iterable[Batch]) -> list[LeasedEmail]:
    return [row for batch in batches for row in batch.rows]


def _change(connection: Connection, rows: list[LeasedEmail], **values: datetime | bool) -> None:
    ids = [row.id for row in rows]
    connection.execute(update(OutboxMail).where(OutboxMail.id.in_(ids)).values(**values))
