"""Pending signatures: one reminder, and erasure if they are never confirmed.

Those that staff marked invalid before they were confirmed are erased at the same time, without a reminder.
Both are due by a clock that stops while email is off.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection, Executable, Select, bindparam, select, text, update

from campaign_actions.actions.models import (
    PENDING,
    TO_EXPIRE,
    TO_REMIND,
    Action,
    Signature,
    SignatureRow,
)
from campaign_actions.actions.signatures.emails import new_mail_about
from campaign_actions.actions.signatures.withdraw import erase_rows
from campaign_actions.core.db.session import db, write_transaction
from campaign_actions.core.switches.state import email_clock
from campaign_actions.outbox.enqueue import INSERT_MAIL

GRACE_PERIOD = timedelta(days=1)  # for a delayed email, and for clock skew
BATCH_SIZE = 200  # signatures in one transaction, so that signers never wait long for its locks


def remind(now: datetime, *, erase_after: timedelta, link_life: timedelta) -> int:
    """Queue the reminders that are due. Returns their number.

    Erasure is then due once `erase_after` has passed since signing. After a late reminder, for
    example following an outage, signatures are kept at least as long as its link is valid.
    """
    remind_some = partial(_remind, now=now, erase_after=erase_after, link_life=link_life)
    return _handle_due(now, TO_REMIND, remind_some)


def expire(now: datetime) -> int:
    """Erase signatures that were reminded and never confirmed. Returns their number."""
    return _handle_due(now, TO_EXPIRE, partial(erase_rows, now=now))


def _handle_due(
    now: datetime, condition: str, handle: Callable[[Connection, Sequence[SignatureRow]], None]
) -> int:
    """Handle one batch of due signatures for each action. Returns their number.

    `condition`: TO_REMIND or TO_EXPIRE, the condition of a partial index.
    """
    done, clock_time = 0, email_clock().at(now)
    for action_id in db.session.scalars(_select_actions_with_due(condition, clock_time)).all():
        with write_transaction() as connection:
            due = connection.execute(_select_due(condition, action_id, clock_time)).all()
            rows = [row for row in due if row.confirmed_at is None]
            if rows:
                handle(connection, rows)
        done += len(rows)
    db.session.commit()
    return done


def _select_actions_with_due(condition: str, clock_time: datetime) -> Select[int]:
    """Reads one entry for each action from an index that starts with the action."""
    due = select(Signature.due_at).where(Signature.action_id == Action.id, text(condition))
    earliest = due.order_by(Signature.due_at).limit(1).scalar_subquery()
    return select(Action.id).where(earliest <= clock_time).order_by(Action.id)


def _select_due(condition: str, action_id: int, clock_time: datetime) -> Executable:
    return (
        select(Signature.__table__)
        .where(Signature.action_id == action_id, Signature.due_at <= clock_time, text(condition))
        .order_by(Signature.due_at)
        .limit(BATCH_SIZE)
        .with_for_update(skip_locked=True)
    )


def _remind(
    connection: Connection,
    rows: Sequence[SignatureRow],
    *,
    now: datetime,
    erase_after: timedelta,
    link_life: timedelta,
) -> None:
    clock = email_clock()
    earliest = clock.at(now) + link_life + GRACE_PERIOD
    reminded = [
        {
            "its_action_id": row.action_id,
            "its_id": row.id,
            "now": now,
            "next_due_at": max(clock.at(row.signed_at) + erase_after, earliest),
        }
        for row in rows
    ]
    connection.execute(_SET_REMINDED, reminded)
    mails = [new_mail_about(row, "remind", now) for row in rows if row.status == PENDING]
    if mails:
        connection.execute(INSERT_MAIL, mails)


_SET_REMINDED = (
    update(Signature)
    .where(Signature.action_id == bindparam("its_action_id"), Signature.id == bindparam("its_id"))
    .values(reminded_at=bindparam("now"), due_at=bindparam("next_due_at"))
)
