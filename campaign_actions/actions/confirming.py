"""Confirming a signature: from then on it counts."""

from datetime import datetime

from sqlalchemy import update

from campaign_actions.actions.models import Signature
from campaign_actions.actions.tallying import enter
from campaign_actions.core.database import writing


def confirm(
    signature: Signature, *, given_name: str, family_name: str | None, now: datetime
) -> bool:
    """Count a pending signature under the name given; True if this call did it.

    However many requests come at once, one of them finds it pending: the update decides.
    A signature that is not pending any more stays as it is.
    """
    confirmed = (
        update(Signature)
        .where(Signature.id == signature.id, Signature.status == "pending")
        .values(
            status="confirmed",
            given_name=given_name,
            family_name=family_name,
            confirmed_at=now,
            updated_at=now,
            due_at=None,
        )
        .returning(Signature)
    )
    with writing() as connection:
        row = connection.execute(confirmed).one_or_none()
        if row:
            enter(connection, row, +1, now)
    return row is not None
