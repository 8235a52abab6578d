"""Suppressed addresses: their signature was invalid, then withdrawn, and they cannot sign again yet.

The row keeps only the key of the address and the time at which it was marked invalid. It is in no
count, and staff cannot make it valid again. The suppression period starts at that time, and ends at
the latest with the retention period of the action.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Row, case, select, text

from campaign_actions.actions.models import SUPPRESSED, Action, Signature
from campaign_actions.actions.signatures.retention import months_before
from campaign_actions.actions.signatures.withdraw import erase_rows
from campaign_actions.core.db.session import db, write_transaction

BATCH_SIZE = 500  # signatures erased in one transaction


def lift_suppressions(now: datetime, *, suppress_months: int, keep_months: int) -> int:
    """Erase suppressed signatures whose period is over. Returns their number.

    `keep_months`: the retention period after an action has closed.
    """
    lifted = 0
    for action_id, until in _actions_with_due(now, suppress_months, keep_months):
        is_over = Signature.action_id == action_id, Signature.invalidated_at <= until
        signatures = select(Signature.__table__).where(*is_over, text(SUPPRESSED))
        signatures = signatures.order_by(Signature.invalidated_at).limit(BATCH_SIZE)
        with write_transaction() as connection:
            rows = connection.execute(signatures.with_for_update(skip_locked=True)).all()
            erase_rows(connection, rows, now=now)
        lifted += len(rows)
    return lifted


def _actions_with_due(
    now: datetime, suppress_months: int, keep_months: int
) -> Sequence[Row[int, datetime]]:
    """Each action with signatures to erase, and the latest time at which those were marked.

    Reads one index entry for each action.
    """
    suppressed = select(Signature.invalidated_at).where(
        Signature.action_id == Action.id, text(SUPPRESSED)
    )
    earliest = suppressed.order_by(Signature.invalidated_at).limit(1).scalar_subquery()
    is_retention_over = Action.retain_from <= months_before(now, keep_months)
    until = case((is_retention_over, now), else_=months_before(now, suppress_months))
    actions = select(Action.id, until).where(earliest <= until).order_by(Action.id)
    rows = db.session.execute(actions).all()
    db.session.commit()
    return rows
