"""Unsubscribing from updates, by the link in each of them."""

from datetime import datetime

from sqlalchemy import update

from campaign_actions.actions.models import Signature, is_signature
from campaign_actions.core.db.session import write_transaction


def unsubscribe(signature: Signature, *, everywhere: bool = False, now: datetime) -> int:
    """Stop updates to a signature, or to all signatures of its person. Returns how many changed.

    A signature still counts. Emails in the outbox are not sent either: delivery checks the wish.
    """
    which = is_signature(signature)
    if everywhere and signature.email_key is not None:
        which = Signature.email_key == signature.email_key
    with write_transaction() as connection:
        ticked = update(Signature).where(which, Signature.wants_updates)
        return connection.execute(ticked.values(wants_updates=False, updated_at=now)).rowcount
