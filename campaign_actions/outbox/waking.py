"""Emails that are due too late, because a clock was set back or a stopped update goes on."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, or_, select, update

from campaign_actions.core.db.session import db, write_transaction
from campaign_actions.outbox.lease import DAY
from campaign_actions.outbox.models import OutboxMail
from campaign_actions.outbox.outcomes import KEEP_SENT, PAUSES

MAX_SKEW = timedelta(minutes=1)  # between the clocks of two machines
BATCH_SIZE = 1000  # rows, to keep the transaction short


def wake_waiting_emails(now: datetime) -> int:
    """Make emails due now that wait longer than any rule allows; returns how many.

    An email without an attempt is due at once, one that was tried after its pause, and one over the
    daily limit within a day. An email sent in the future counts as sent now. This reads every
    waiting email, so it should not run often.
    """
    due_at, is_not_held = OutboxMail.due_at, ~OutboxMail.is_held
    waits_too_long = (
        OutboxMail.status == "queued",
        due_at > now + MAX_SKEW,
        or_(
            is_not_held & (OutboxMail.attempts == 0),
            is_not_held & (due_at > now + PAUSES[-1] + MAX_SKEW),
            due_at > now + DAY + MAX_SKEW,
        ),
    )
    is_kept_too_long = OutboxMail.status == "sent", due_at > now + KEEP_SENT + MAX_SKEW
    _change_all(is_kept_too_long, sent_at=now, due_at=now + KEEP_SENT)
    return _change_all(waits_too_long, due_at=now)


def wake_postponed(connection: Connection, update_id: int, now: datetime) -> None:
    """Make the emails of an update due now that were not to be sent while it was stopped."""
    is_untried = OutboxMail.attempts == 0, OutboxMail.is_held.is_(False)
    its = OutboxMail.update_id == update_id, OutboxMail.lane == "bulk"
    later = OutboxMail.status == "queued", OutboxMail.due_at > now
    connection.execute(update(OutboxMail).where(*its, *later, *is_untried).values(due_at=now))


def _change_all(conditions: tuple[ColumnElement[bool], ...], **values: datetime) -> int:
    """Change all matching rows in batches; returns how many."""
    changed, batch = 0, select(OutboxMail.id).where(*conditions).limit(BATCH_SIZE)
    while ids := list(db.session.scalars(batch)):
        with write_transaction() as connection:
            these = update(OutboxMail).where(OutboxMail.id.in_(ids), *conditions)
            connection.execute(these.values(values))
        changed += len(ids)
    db.session.rollback()
    return changed
