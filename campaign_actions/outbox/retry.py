"""Trying failed and delayed emails again now."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, Select, or_, select, update

from campaign_actions.core.db.session import write_transaction
from campaign_actions.outbox.lease import is_unleased
from campaign_actions.outbox.models import IS_FAILED, OutboxMail

BATCH_SIZE = 500  # ids in one statement


def retry(*, mail_id: int | None = None, now: datetime) -> int:
    """Make one failed or delayed email due now, or all of them; returns how many.

    Each may be tried for the full time again. Leased emails and those held back by a mailbox's
    daily limit are left alone.
    """
    with write_transaction() as connection:
        chosen = _to_retry(mail_id, now).with_for_update(skip_locked=True)
        ids = list(connection.scalars(chosen))
        _make_due(connection, ids, now)
    return len(ids)


def retry_failed(connection: Connection, mail_ids: Collection[int], *, now: datetime) -> int:
    """The same for some that have failed, in the caller's transaction."""
    count = 0
    ids = sorted(mail_ids)
    for batch in (ids[at : at + BATCH_SIZE] for at in range(0, len(ids), BATCH_SIZE)):
        failed = select(OutboxMail.id).where(OutboxMail.id.in_(batch), IS_FAILED)
        chosen = list(connection.scalars(failed.with_for_update(skip_locked=True)))
        _make_due(connection, chosen, now)
        count += len(chosen)
    return count


def _make_due(connection: Connection, ids: Sequence[int], now: datetime) -> None:
    reset = {
        "status": "queued",
        "due_at": now,
        "attempts": 0,
        "first_tried_at": None,
        "leased_until": None,
    }
    for batch in (ids[at : at + BATCH_SIZE] for at in range(0, len(ids), BATCH_SIZE)):
        connection.execute(update(OutboxMail).where(OutboxMail.id.in_(batch)).values(reset))


def _to_retry(mail_id: int | None, now: datetime) -> Select[int]:
    was_tried = OutboxMail.attempts > 0 if mail_id is None else OutboxMail.id == mail_id
    is_unsent = or_(OutboxMail.status == "queued", IS_FAILED)
    return (
        select(OutboxMail.id).where(is_unsent, was_tried, is_unleased(now)).order_by(OutboxMail.id)
    )
