"""Deleting sent emails after two days, and failed ones after thirty."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select

from campaign_actions.core.db.session import db, write_transaction
from campaign_actions.outbox.models import LANES, OutboxMail

DONE = ("sent", "dead")
BATCH_SIZE = 1000  # rows of each status and lane, to keep the transaction short


def delete_old_emails(now: datetime) -> int:
    """Delete one batch of the rows that are over; returns how many."""
    queues = [(status, lane) for status in DONE for lane in LANES]
    ids = [mail_id for queue in queues for mail_id in _overdue(*queue, now)]
    db.session.rollback()
    if ids:
        with write_transaction() as connection:
            still_over = OutboxMail.status.in_(DONE), OutboxMail.due_at <= now
            connection.execute(delete(OutboxMail).where(OutboxMail.id.in_(ids), *still_over))
    return len(ids)


def _overdue(status: str, lane: str, now: datetime) -> Sequence[int]:
    """In the order of the index, so that the cost does not grow with the rows to be kept."""
    queue = OutboxMail.status == status, OutboxMail.lane == lane
    overdue = select(OutboxMail.id).where(*queue, OutboxMail.due_at <= now)
    return db.session.scalars(overdue.order_by(OutboxMail.due_at).limit(BATCH_SIZE)).all()
