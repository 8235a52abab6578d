"""Deleting what has had its time: sent mails after two days, failed ones after thirty."""

from datetime import datetime

from sqlalchemy import delete, select

from campaign_actions.core.database import db, writing
from campaign_actions.outbox.models import OutboxMail

AT_ONCE = 1000  # rows: nobody waits long for this transaction


def sweep(now: datetime) -> int:
    """Delete some of the rows whose time is over; returns how many. A few of them, often."""
    overdue = (
        select(OutboxMail.id)
        .where(OutboxMail.status.in_(["sent", "dead"]), OutboxMail.due_at <= now)
        .limit(AT_ONCE)
    )
    ids = list(db.session.scalars(overdue))
    db.session.rollback()
    if ids:
        with writing() as connection:
            is_still = OutboxMail.status.in_(["sent", "dead"]), OutboxMail.due_at <= now
            connection.execute(delete(OutboxMail).where(OutboxMail.id.in_(ids), *is_still))
    return len(ids)
