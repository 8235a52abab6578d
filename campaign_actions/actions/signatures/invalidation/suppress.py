"""Addresses whose signature was invalid and then withdrawn: for a time they cannot sign again.

All that is left of the person is the key of the address and when the signature was marked invalid.
It counts nowhere, and staff cannot make it valid again. The time runs from when it was marked, which is
the only time we keep; and it ends with that of all people under a closed action.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import case, select, text

from campaign_actions.actions.models import SUPPRESSED, Action, Signature
from campaign_actions.actions.signatures.retention import months_before
from campaign_actions.actions.signatures.withdraw import erase_rows
from campaign_actions.core.db.session import db, write_transaction

BATCH_SIZE = 500  # signatures a transaction erases


def lift_suppressions(now: datetime, *, suppress_months: int, keep_months: int) -> int:
    """Erase what is left of those whose time is over; how many it was.

    `keep_months`: after an action has closed.
    """
    lifted = 0
    for action_id, until in _actions_with_due(now, suppress_months, keep_months):
        theirs = Signature.action_id == action_id, Signature.invalidated_at <= until
        some = select(Signature.__table__).where(*theirs, text(SUPPRESSED))
        some = some.order_by(Signature.invalidated_at).limit(BATCH_SIZE)
        with write_transaction() as connection:
            rows = connection.execute(some.with_for_update(skip_locked=True)).all()
            erase_rows(connection, rows, now=now)
        lifted += len(rows)
    return lifted


def _actions_with_due(now: datetime, suppress_months: int, keep_months: int) -> Sequence[Any]:
    """Actions that have any, and until when theirs were marked; one look into an index for each."""
    theirs = select(Signature.invalidated_at).where(
        Signature.action_id == Action.id, text(SUPPRESSED)
    )
    oldest = theirs.order_by(Signature.invalidated_at).limit(1).scalar_subquery()
    is_over = Action.retain_from <= months_before(now, keep_months)
    until = case((is_over, now), else_=months_before(now, suppress_months))
    found = db.session.execute(
        select(Action.id, until).where(oldest <= until).order_by(Action.id)
    ).all()
    db.session.commit()
    return found
