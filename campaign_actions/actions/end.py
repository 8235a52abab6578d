"""The end of an action: each verb that sets or takes away an end does it here."""

from datetime import datetime

from sqlalchemy import Connection, update

from campaign_actions.actions.models import Action
from campaign_actions.campaigns.versioning.save import TimePassed


def set_end(
    connection: Connection,
    action_id: int,
    at: datetime | None,
    now: datetime,
    *,
    with_campaign: bool = False,
) -> None:
    """In the caller's transaction; None: it has no end. Raises TimePassed.

    `with_campaign`: it ends because its campaign is closed, and opens again with that.

    How long people are kept counts from the end, and never from before it was set: else whoever
    writes an end of long ago has all signatures erased.
    """
    if at and at < now:
        raise TimePassed
    values = {
        "closes_at": at,
        "retain_from": at and max(at, now),
        "closed_with_campaign": with_campaign,
    }
    connection.execute(update(Action).where(Action.id == action_id).values(values))
