"""Taking what is due: one courier a mailbox, so many mails a mailbox and day.

There are two lanes. Mails that somebody waits for go first; those that go to many at once (`is_bulk`)
go when no other is due, and each of them only while that is so.

A courier (a worker has one a connection) takes some mails at once, by a lease that ends by itself.
A mailbox of which a mail is leased is left alone by all others; so its count of sent mails is true
while one of them decides.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY, TEXT

from campaign_actions.outbox.models import OutboxMail

LEASE = timedelta(minutes=2)
HAND_OVER = timedelta(seconds=105)  # for one mail: core/mail/smtp prepares 45 s, and waits twice 30
DAY = timedelta(hours=24)
AT_ONCE = 50  # mailboxes; so many a courier at most wait for their lease's end after a kill
TO_STAFF = "staff-"  # begins the names of mails that somebody waits for at the log-in
BULK_AT_ONCE = 10  # of the other lane: given back as soon as a mail comes that somebody waits for
MAX_BATCH = 2000  # rows taken at once: many of one mailbox are one mail

LeasedEmail = Row[Any]  # the columns of an OutboxMail


@dataclass(frozen=True)
class Batch:
    """The rows that go out as one mail, and until when they are this courier's."""

    rows: list[LeasedEmail]
    leased_until: datetime

    @property
    def is_bulk(self) -> bool:
        return bool(self.rows[0].is_bulk)


def is_anything_due(
    connection: Connection, now: datetime, lanes: Iterable[bool] = (False, True)
) -> bool:
    """Asks without locking anything."""
    lookups = (_due_mailboxes(now, is_bulk).limit(1) for is_bulk in lanes)
    return any(connection.execute(lookup).first() is not None for lookup in lookups)


def lease(connection: Connection, now: datetime, *, per_day: int) -> list[Batch]:
    """Lease the next mails to send, of as many mailboxes; none if nothing is due that others have not.

    Of a mailbox it is one row; but where some have waited because of its daily number, all of the
    lane that is due for it, to go out as one mail. What is over the number now is put off; mails to
    staff about their log-in never are, and are not counted. It waits for no other courier.
    `per_day` 0: no limit.

    Mails that go to many count for their mailbox, and go only where the day's number leaves room;
    but they take no room from a mail that somebody waits for.
    """
    for is_bulk in (False, True):
        if bundles := _take(connection, now, per_day, is_bulk):
            return bundles
    return []


def _take(connection: Connection, now: datetime, per_day: int, is_bulk: bool) -> list[Batch]:
    passed: set[str] = set()
    in_order = _due_mailboxes(now, is_bulk).limit(BULK_AT_ONCE if is_bulk else AT_ONCE)
    while found := list(connection.scalars(in_order.where(OutboxMail.email_key.not_in(passed)))):
        due = _due_rows(connection, found, now, is_bulk)
        free_at = _free_at(connection, due, now, per_day, is_bulk)
        for moment in set(free_at.values()):
            full = [row for key in due if free_at.get(key) == moment for row in _for_all(due[key])]
            _change(connection, full, due_at=moment, is_held=True)
        bundles = [
            Batch(_next_of(rows, is_full=key in free_at), now + LEASE)
            for key, rows in due.items()
            if key not in free_at or _to_staff(rows)
        ]
        if bundles:
            _change(connection, _rows_of(bundles), leased_until=now + LEASE)
            return bundles
        passed.update(found)
    return []


def renew(connection: Connection, bundles: Sequence[Batch], now: datetime) -> list[Batch]:
    """Lease mails in hand anew; those that are still this courier's."""
    ids = [row.id for row in _rows_of(bundles)]
    ours = OutboxMail.id.in_(ids), OutboxMail.leased_until == bundles[0].leased_until
    renewed = update(OutboxMail).where(*ours, OutboxMail.status == "queued")
    renewed = renewed.values(leased_until=now + LEASE).returning(OutboxMail.id)
    left = set(connection.scalars(renewed))
    return [
        replace(bundle, leased_until=now + LEASE)
        for bundle in bundles
        if all(row.id in left for row in bundle.rows)
    ]


def is_free(now: datetime) -> Any:
    """In no worker's hand. A lease too long to be true is one of before the clock was put back."""
    leased_until = OutboxMail.leased_until
    return or_(leased_until.is_(None), leased_until <= now, leased_until > now + 2 * LEASE)


def _due_mailboxes(now: datetime, is_bulk: bool) -> Any:
    """The mailboxes of due rows, longest due first: straight from the index, whatever is done."""
    return select(OutboxMail.email_key).where(*_are_due(now, is_bulk)).order_by(OutboxMail.due_at)


def _are_due(now: datetime, is_bulk: bool) -> tuple[Any, ...]:
    lane = OutboxMail.status == "queued", OutboxMail.is_bulk == is_bulk
    return *lane, OutboxMail.due_at <= now, is_free(now)


def _due_rows(
    connection: Connection, email_keys: Sequence[str], now: datetime, is_bulk: bool
) -> dict[str, list[LeasedEmail]]:
    """What is due for each mailbox that no other courier has to do with.

    Rows that are being erased or retried at this moment are left out.
    """
    locked = _lock(connection, sorted(set(email_keys)))
    unsent = OutboxMail.email_key.in_(locked), OutboxMail.sent_at.is_(None)
    are_leased = OutboxMail.status == "queued", ~is_free(now)
    leased = select(OutboxMail.email_key).where(*unsent, *are_leased)
    busy = set(connection.scalars(leased))  # since they were found, before they were locked
    rows = (
        select(*OutboxMail.__table__.columns)
        .where(*unsent, *_are_due(now, is_bulk), OutboxMail.email_key.not_in(busy))
        .order_by(OutboxMail.due_at, OutboxMail.id)
        .limit(MAX_BATCH)
        .with_for_update(skip_locked=True)
    )
    due = defaultdict(list)
    for row in connection.execute(rows):
        due[row.email_key].append(row)
    return due


def _lock(connection: Connection, email_keys: Sequence[str]) -> Sequence[str]:
    """The mailboxes that this transaction has now. On SQLite it has the whole database."""
    if connection.dialect.name != "postgresql":
        return email_keys
    key = func.unnest(literal(list(email_keys), ARRAY(TEXT))).column_valued("key")
    lock = func.pg_try_advisory_xact_lock(func.hashtextextended(key, 0))
    return connection.scalars(select(key).where(lock)).all()


def _free_at(
    connection: Connection, email_keys: Iterable[str], now: datetime, per_day: int, is_bulk: bool
) -> dict[str, datetime]:
    """When each mailbox that has had its number in the last 24 hours may have a mail again.

    Mails that went to many count against others of their lane alone.
    """
    lately = [OutboxMail.email_key.in_(list(email_keys)), OutboxMail.sent_at > now - DAY]
    if not is_bulk:
        lately.append(OutboxMail.is_bulk.is_(False))
    sent = select(OutboxMail.email_key, OutboxMail.sent_at).where(*lately)
    sent = sent.where(OutboxMail.template.not_like(f"{TO_STAFF}%"))
    times = defaultdict(list)
    for row in connection.execute(sent) if per_day else ():
        times[row.email_key].append(row.sent_at)
    return {
        key: sorted(moments)[-per_day] + DAY
        for key, moments in times.items()
        if len(moments) >= per_day
    }


def _next_of(rows: list[LeasedEmail], *, is_full: bool) -> list[LeasedEmail]:
    """What goes out next to a mailbox: one mail to staff, else one, else all that was held."""
    if to_staff := _to_staff(rows):
        return to_staff[:1]
    assert not is_full
    return rows if any(row.is_held for row in rows) else rows[:1]


def _to_staff(rows: list[LeasedEmail]) -> list[LeasedEmail]:
    return [row for row in rows if row.template.startswith(TO_STAFF)]


def _for_all(rows: list[LeasedEmail]) -> list[LeasedEmail]:
    return [row for row in rows if not row.template.startswith(TO_STAFF)]


def _rows_of(bundles: Iterable[Batch]) -> list[LeasedEmail]:
    return [row for bundle in bundles for row in bundle.rows]


def _change(connection: Connection, rows: list[LeasedEmail], **values: Any) -> None:
    ids = [row.id for row in rows]
    connection.execute(update(OutboxMail).where(OutboxMail.id.in_(ids)).values(**values))
