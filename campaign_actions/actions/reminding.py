"""Signatures that nobody confirmed: one reminder, and in the end they are erased."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from campaign_actions.actions.models import Signature
from campaign_actions.actions.withdrawing import erase_rows
from campaign_actions.core.database import writing
from campaign_actions.outbox.queueing import queue_mail

BATCH = 200  # signatures a transaction handles, so that signers never wait long for the lock


def remind(now: datetime, *, erase_after: timedelta, link_life: timedelta) -> int:
    """Queue the one reminder to those who are due for it; how many it was.

    What is due next is their erasure, `erase_after` the moment they signed; but whoever was
    reminded late, after a long stop, still has as long as the link in the reminder lives.
    """
    with writing() as connection:
        rows = _take_due(connection, Signature.reminded_at.is_(None), now)
        if rows:
            connection.execute(
                update(Signature)
                .where(Signature.id == bindparam("reminded_id"))
                .values(reminded_at=now, due_at=bindparam("next_due_at")),
                [
                    {
                        "reminded_id": row.id,
                        "next_due_at": max(row.signed_at + erase_after, now + link_life),
                    }
                    for row in rows
                ],
            )
        for row in rows:
            queue_mail(
                connection,
                "remind",
                to=row.email,
                email_key=row.email_key,
                locale=row.locale,
                about=row.action_id,
                now=now,
            )
    return len(rows)


def expire(now: datetime) -> int:
    """Erase signatures that were reminded and never confirmed; how many it was."""
    with writing() as connection:
        rows = _take_due(connection, Signature.reminded_at.is_not(None), now)
        erase_rows(connection, Signature.id.in_([row.id for row in rows]), now=now)
    return len(rows)


def _take_due(connection: Connection, condition: Any, now: datetime) -> list[Any]:
    """Some pending signatures whose time has come, held against other workers."""
    columns = (
        Signature.id,
        Signature.email,
        Signature.email_key,
        Signature.locale,
        Signature.action_id,
        Signature.signed_at,
    )
    due = select(*columns).where(Signature.due_at <= now, Signature.status == "pending", condition)
    taken = due.order_by(Signature.due_at).limit(BATCH).with_for_update(skip_locked=True)
    return list(connection.execute(taken).all())
