"""What is in the outbox: what waits, what failed, and why."""

from collections.abc import Sequence

from sqlalchemy import func, select

from campaign_actions.core.database import db
from campaign_actions.outbox.models import OutboxMail


def unsent_mails(*, dead_only: bool = False, limit: int) -> Sequence[OutboxMail]:
    """Failed ones first, then those whose turn comes soonest."""
    statuses = ["dead"] if dead_only else ["dead", "queued"]
    mails = select(OutboxMail).where(OutboxMail.status.in_(statuses))
    in_order = mails.order_by(OutboxMail.status, OutboxMail.due_at, OutboxMail.id)
    return db.session.scalars(in_order.limit(limit)).all()


def count_unsent_mails() -> dict[str, int]:
    """How many mails wait ("queued") and how many failed for good ("dead")."""
    counts = (
        select(OutboxMail.status, func.count().label("number"))
        .where(OutboxMail.status.in_(["queued", "dead"]))
        .group_by(OutboxMail.status)
    )
    found = db.session.execute(counts)
    return {"queued": 0, "dead": 0} | {row.status: row.number for row in found}
