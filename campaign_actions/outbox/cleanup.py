"""Deleting what has had its time: sent mails after two days, failed ones after thirty."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select

from campaign_actions.core.db.session import db, write_transaction
from campaign_actions.outbox.models import OutboxMail

DONE = ("sent", "dead")
AT_ONCE = 1000  # rows of each: nobody waits long for this transaction


def delete_old_emails(now: datetime) -> int:
    """Delete some of the rows whose time is over; returns how many. A few of them, often."""
    queues = [(status, is_bulk) for status in DONE for is_bulk in (False, True)]
    ids = [mail_id for queue in queues for mail_id in _overdue(*queue, now)]
    db.session.rollback()
    if ids:
        with write_transaction() as connection:
            is_still = OutboxMail.status.in_(DONE), OutboxMail.due_at <= now
            connection.execute(delete(OutboxMail).where(OutboxMail.id.in_(ids), *is_still))
    return len(ids)


def _overdue(status: str, is_bulk: bool, now: datetime) -> Sequence[int]:
    """In the order of their index: what is over is at its beginning, however much is not."""
    queue = OutboxMail.status == status, OutboxMail.is_bulk == is_bulk
    overdue = select(OutboxMail.id).where(*queue, OutboxMail.due_at <= now)
    return db.session.scalars(overdue.order_by(OutboxMail.due_at).limit(AT_ONCE)).all()
