"""Unsubscribing from updates, by the link in each of them."""

from datetime import datetime
from typing import Literal

from sqlalchemy import and_, select, update

from campaign_actions.actions.models import Action, Signature, is_signature
from campaign_actions.core.db.session import write_transaction

Reach = Literal["action", "campaign", "everything"]


def unsubscribe(signature: Signature, *, reach: Reach = "action", now: datetime) -> int:
    """Stop updates to a signature, or to all of its person, in its campaign or everywhere.

    Returns how many changed.
    A signature still counts. Emails in the outbox are not sent either: delivery checks the wish.
    """
    which = is_signature(signature)
    if reach != "action" and signature.email_key is not None:
        which = Signature.email_key == signature.email_key
        if reach == "campaign":
            campaign = select(Action.campaign_id).where(Action.id == signature.action_id)
            siblings = select(Action.id).where(Action.campaign_id == campaign.scalar_subquery())
            which = and_(which, Signature.action_id.in_(siblings))
    with write_transaction() as connection:
        ticked = update(Signature).where(which, Signature.wants_updates)
        return connection.execute(ticked.values(wants_updates=False, updated_at=now)).rowcount
