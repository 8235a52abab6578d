"""Confirming a signature: from then on it counts."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import update

from campaign_actions.actions.models import Signature
from campaign_actions.actions.tallying import enter
from campaign_actions.core.database import writing

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def name_of_signing(signature: Any) -> str:
    """What a link to confirm names: this person's signing of that very moment.

    Withdrawn and signed again it is another one, and a link to the former is over. They are held
    to be equal, never the earlier or the later: a clock may have been put back meanwhile.
    """
    moment = (signature.signed_at - EPOCH) // timedelta(microseconds=1)
    return f"{signature.public_id}-{moment:x}"


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
