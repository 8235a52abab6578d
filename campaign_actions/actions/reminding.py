"""Signatures that nobody confirmed: one reminder, and in the end they are erased."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, bindparam, select, update

from campaign_actions.actions.models import Signature
from campaign_actions.actions.withdrawing import erase_rows
from campaign_actions.core.database import is_any, writing
from campaign_actions.outbox.queueing import QUEUE_MAIL, new_mail

GRACE = timedelta(days=1)  # for a mail that waited, and for a clock that ran ahead
BATCH = 200  # signatures a transaction handles, so that signers never wait long for the lock


def remind(now: datetime, *, erase_after: timedelta, link_life: timedelta) -> int:
    """Queue the one reminder to those who are due for it; how many it was.

    What is due next is their erasure, `erase_after` the moment they signed; but whoever was
    reminded late, after a long stop, still has as long as the link in the reminder lives, and a
    day more.
    """
    waiting = _due(Signature.reminded_at.is_(None), now)
    if not is_any(waiting):
        return 0
    with writing() as connection:
        rows = connection.execute(waiting.with_for_update(skip_locked=True)).all()
        if rows:
            connection.execute(
                update(Signature)
                .where(Signature.id == bindparam("reminded_id"))
                .values(reminded_at=now, due_at=bindparam("next_due_at")),
                [
                    {
                        "reminded_id": row.id,
                        "next_due_at": max(row.signed_at + erase_after, now + link_life + GRACE),
                    }
                    for row in rows
                ],
            )
            connection.execute(QUEUE_MAIL, [_mail(row, now) for row in rows])
    return len(rows)


def expire(now: datetime) -> int:
    """Erase signatures that were reminded and never confirmed; how many it was."""
    waiting = _due(Signature.reminded_at.is_not(None), now)
    if not is_any(waiting):
        return 0
    with writing() as connection:
        rows = connection.execute(waiting.with_for_update(skip_locked=True)).all()
        erase_rows(connection, rows, now=now)
    return len(rows)


def _due(condition: Any, now: datetime) -> Select[Any]:
    """Some pending signatures whose time has come."""
    is_due = (Signature.due_at <= now, Signature.status == "pending", condition)
    return select(Signature.__table__).where(*is_due).order_by(Signature.due_at).limit(BATCH)


def _mail(row: Any, now: datetime) -> dict[str, Any]:
    return new_mail(
        "remind",
        to=row.email,
        email_key=row.email_key,
        locale=row.locale,
        about=row.action_id,
        now=now,
    )
