"""Deleting sent emails after two days, and failed ones after thirty, by the clock of emails.

The last one sent to a member of staff stays until the next: it shows that email works.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, or_, select

from campaign_actions.core.db.session import db, write_transaction
from campaign_actions.core.switches.state import email_clock
from campaign_actions.outbox.models import LANES, OutboxMail
from campaign_actions.outbox.outcomes import KEEP_DEAD, KEEP_SENT

KEEP = {"sent": KEEP_SENT, "dead": KEEP_DEAD}
BATCH_SIZE = 1000  # rows of each status and lane, to keep the transaction short


def delete_old_emails(now: datetime) -> int:
    """Delete one batch of the rows that are over; returns how many."""
    over = {status: _is_over(status, now) for status in KEEP}
    queues = [(over[status], lane) for status in KEEP for lane in LANES]
    ids = [mail_id for queue in queues for mail_id in _overdue(*queue)]
    db.session.rollback()
    if ids:
        with write_transaction() as connection:
            still_over = or_(*over.values())
            connection.execute(delete(OutboxMail).where(OutboxMail.id.in_(ids), still_over))
    return len(ids)


def _is_over(status: str, now: datetime) -> ColumnElement[bool]:
    """Whether a row has been kept for the full time by the clock of emails. `due_at` is by real time."""
    due_at = email_clock().ago(KEEP[status], now) + KEEP[status]
    return and_(OutboxMail.status == status, OutboxMail.due_at <= due_at)


def _overdue(is_over: ColumnElement[bool], lane: str) -> Sequence[int]:
    """In the order of the index, so that the cost does not grow with the rows to be kept."""
    overdue = select(OutboxMail.id).where(is_over, OutboxMail.lane == lane, ~_IS_LAST_TO_STAFF)
    return db.session.scalars(overdue.order_by(OutboxMail.due_at).limit(BATCH_SIZE)).all()


_sent_to_staff = select(OutboxMail.id).where(
    OutboxMail.status == "sent", OutboxMail.lane == "staff"
)
_IS_LAST_TO_STAFF = OutboxMail.id.in_(
    _sent_to_staff.order_by(OutboxMail.due_at.desc(), OutboxMail.id.desc()).limit(1)
)
