"""Taking what is due: one mail at a time, one worker a mailbox, so many mails a mailbox and day.

A worker takes a mail by a lease that ends by itself. A mailbox of which a mail is leased is left
alone by all others; so its count of sent mails is true while one of them decides.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, or_, select, update

from campaign_actions.outbox.models import OutboxMail

LEASE = timedelta(minutes=5)
DAY = timedelta(hours=24)
MOST = 500  # rows of one mailbox in one mail

Taken = Row[Any]  # the columns of an OutboxMail


@dataclass(frozen=True)
class Bundle:
    """The rows that go out as one mail, and until when they are this worker's."""

    rows: list[Taken]
    leased_until: datetime


def is_anything_due(connection: Connection, now: datetime) -> bool:
    """Asks without locking anything."""
    return connection.execute(_due_mailboxes(now).limit(1)).first() is not None


def take(connection: Connection, now: datetime, *, per_day: int) -> Bundle | None:
    """Lease the next mail to send; None if nothing is due that others have not in hand.

    It is one row; but where some of a mailbox have waited because of its daily number, all that
    is due for it, to go out as one mail. What is over the number now is put off. It waits for no
    other worker. `per_day` 0: no limit.
    """
    passed: list[str] = []
    in_order = _due_mailboxes(now).limit(1)
    while email_key := connection.scalar(in_order.where(OutboxMail.email_key.not_in(passed))):
        due = _due_rows(connection, email_key, now)
        if not due:
            passed.append(email_key)
        elif free_at := _full_until(connection, email_key, now, per_day):
            _change(connection, due, due_at=free_at, is_held=True)
        else:
            taken = due if any(row.is_held for row in due) else due[:1]
            _change(connection, taken, leased_until=now + LEASE)
            return Bundle(taken, now + LEASE)
    return None


def _due_mailboxes(now: datetime) -> Any:
    """The mailboxes of due rows, longest due first: straight from the index, whatever is done."""
    return select(OutboxMail.email_key).where(*_are_due(now)).order_by(OutboxMail.due_at)


def _are_due(now: datetime) -> tuple[Any, ...]:
    is_free = or_(OutboxMail.leased_until.is_(None), OutboxMail.leased_until <= now)
    return OutboxMail.status == "queued", OutboxMail.due_at <= now, is_free


def _are_leased(now: datetime) -> tuple[Any, ...]:
    return OutboxMail.status == "queued", OutboxMail.leased_until > now


def _due_rows(connection: Connection, email_key: str, now: datetime) -> list[Taken]:
    """What is due for a mailbox; nothing while another worker has to do with it.

    Rows that are being erased or retried at this moment are left out.
    """
    if not _lock(connection, email_key):
        return []
    of_mailbox = select(*OutboxMail.__table__.columns).where(
        OutboxMail.email_key == email_key, OutboxMail.sent_at.is_(None)
    )
    if connection.execute(of_mailbox.where(*_are_leased(now)).limit(1)).first():
        return []  # since the mailbox was found, before it was locked
    due = of_mailbox.where(*_are_due(now)).order_by(OutboxMail.due_at, OutboxMail.id).limit(MOST)
    return list(connection.execute(due.with_for_update(skip_locked=True)))


def _lock(connection: Connection, email_key: str) -> bool:
    """Whether this transaction has the mailbox now. On SQLite it has the whole database."""
    if connection.dialect.name != "postgresql":
        return True
    lock = func.pg_try_advisory_xact_lock(func.hashtextextended(email_key, 0))
    return bool(connection.scalar(select(lock)))


def _full_until(
    connection: Connection, email_key: str, now: datetime, per_day: int
) -> datetime | None:
    """When the mailbox may have a mail again, if it has had its number in the last 24 hours."""
    lately = select(OutboxMail.sent_at).where(
        OutboxMail.email_key == email_key, OutboxMail.sent_at > now - DAY
    )
    newest = lately.order_by(OutboxMail.sent_at.desc()).limit(per_day)
    sent = list(connection.scalars(newest)) if per_day else []
    oldest = sent[-1] if sent and len(sent) == per_day else None
    return oldest and oldest + DAY


def _change(connection: Connection, rows: list[Taken], **values: Any) -> None:
    ids = [row.id for row in rows]
    connection.execute(update(OutboxMail).where(OutboxMail.id.in_(ids)).values(**values))
