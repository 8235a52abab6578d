"""Trying again what failed or waits for its next try, without waiting for it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, select, update

from campaign_actions.core.db.session import write_transaction
from campaign_actions.outbox.lease import is_free
from campaign_actions.outbox.models import OutboxMail


def retry(*, mail_id: int | None = None, now: datetime) -> int:
    """Make a failed or delayed mail due now, or all of them; returns how many.

    It gets its full patience again. What a worker has in hand is left to it, and what is over a
    mailbox's daily number goes on waiting.
    """
    with write_transaction() as connection:
        chosen = _to_retry(mail_id, now).with_for_update(skip_locked=True)
        ids = list(connection.scalars(chosen))
        again: dict[str, Any] = {
            "status": "queued",
            "due_at": now,
            "attempts": 0,
            "first_tried_at": None,
            "leased_until": None,
        }
        for some in (ids[at : at + 500] for at in range(0, len(ids), 500)):
            connection.execute(update(OutboxMail).where(OutboxMail.id.in_(some)).values(again))
    return len(ids)


def _to_retry(mail_id: int | None, now: datetime) -> Select[Any]:
    was_tried = OutboxMail.attempts > 0 if mail_id is None else OutboxMail.id == mail_id
    is_unsent = OutboxMail.status.in_(["queued", "dead"])
    return select(OutboxMail.id).where(is_unsent, was_tried, is_free(now)).order_by(OutboxMail.id)
