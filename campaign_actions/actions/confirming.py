"""Confirming a signature: from then on it counts."""

from datetime import datetime
from typing import Any

from sqlalchemy import update

from campaign_actions.actions.models import Signature
from campaign_actions.actions.tallying import enter
from campaign_actions.core.database import writing


def confirm(signature: Signature, *, now: datetime, **person: Any) -> bool:
    """Count a pending signature with the details given; True if this call did it.

    `person` holds the columns that were corrected, if any. However many requests come at once,
    one of them finds it pending: the update decides. A signature that is not pending any more
    stays as it is.
    """
    confirmed = (
        update(Signature)
        .where(Signature.id == signature.id, Signature.status == "pending")
        .values(status="confirmed", confirmed_at=now, updated_at=now, due_at=None, **person)
        .returning(Signature)
    )
    with writing() as connection:
        row = connection.execute(confirmed).one_or_none()
        if row:
            enter(connection, row, +1, now)
    return row is not None
