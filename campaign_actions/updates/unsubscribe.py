"""Unsubscribing from updates, by the link in each of them."""

from datetime import datetime

from sqlalchemy import update

from campaign_actions.actions.models import Signature, is_signature
from campaign_actions.core.db.session import write_transaction


def unsubscribe(signature: Signature, *, everywhere: bool = False, now: datetime) -> int:
    """Take back the tick of a signature, or of all that the person has made; how many changed.

    The signature stays and counts. What waits in the outbox is not sent: it is asked at delivery.
    """
    which = is_signature(signature)
    if everywhere and signature.email_key is not None:
        which = Signature.email_key == signature.email_key
    with write_transaction() as connection:
        ticked = update(Signature).where(which, Signature.wants_updates)
        return connection.execute(ticked.values(wants_updates=False, updated_at=now)).rowcount
