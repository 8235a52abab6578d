"""Mail that waits for a time nobody gave it: the clock was put back, here or where it was queued."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select, update

from campaign_actions.core.db.session import db, write_transaction
from campaign_actions.outbox.lease import DAY
from campaign_actions.outbox.models import OutboxMail
from campaign_actions.outbox.outcomes import KEEP_SENT, PAUSES

SKEW = timedelta(minutes=1)  # so much may the clocks of two machines differ
AT_ONCE = 1000  # rows: nobody waits long for this transaction


def wake_waiting_emails(now: datetime) -> int:
    """Make due what waits longer than can be; returns how many mails it was.

    A mail that was never tried waits for nothing, one that was tried for its pause, and one over
    its mailbox's daily number for a day; a mail sent in time to come was sent just now. It looks at
    every mail that waits: do it seldom.
    """
    due_at, is_free = OutboxMail.due_at, ~OutboxMail.is_held
    waits_too_long = (
        OutboxMail.status == "queued",
        due_at > now + SKEW,
        or_(
            is_free & (OutboxMail.attempts == 0),
            is_free & (due_at > now + PAUSES[-1] + SKEW),
            due_at > now + DAY + SKEW,
        ),
    )
    is_kept_too_long = OutboxMail.status == "sent", due_at > now + KEEP_SENT + SKEW
    _change_all(is_kept_too_long, sent_at=now, due_at=now + KEEP_SENT)
    return _change_all(waits_too_long, due_at=now)


def _change_all(conditions: tuple[Any, ...], **values: Any) -> int:
    """Change all rows of which that is true, some at once; how many it was."""
    changed, some = 0, select(OutboxMail.id).where(*conditions).limit(AT_ONCE)
    while ids := list(db.session.scalars(some)):
        with write_transaction() as connection:
            these = update(OutboxMail).where(OutboxMail.id.in_(ids), *conditions)
            connection.execute(these.values(values))
        changed += len(ids)
    db.session.rollback()
    return changed
