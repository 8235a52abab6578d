"""The end of an action: every verb that sets or removes it calls set_end()."""

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
    """Set the end in the caller's transaction; None removes it. Raises TimePassed.

    `with_campaign`: it ends because its campaign is closed, and reopens with it.

    The retention period starts at the end, but never before the end was set. Otherwise an end long
    ago, entered by mistake, would erase all signatures.
    """
    if at and at < now:
        raise TimePassed
    values = {
        "closes_at": at,
        "retain_from": at and max(at, now),
        "closed_with_campaign": with_campaign,
    }
    connection.execute(update(Action).where(Action.id == action_id).values(values))
