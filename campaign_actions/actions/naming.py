"""What commands and the audit log call an action: by the slugs of its campaign and its own."""

from sqlalchemy import Connection, select

from campaign_actions.actions.models import Action
from campaign_actions.campaigns.models import Campaign


def action_name(campaign_slug: str, slug: str) -> str:
    """Like racism/hate-crimes."""
    return f"{campaign_slug}/{slug}"


def find_action_name(connection: Connection, action_id: int) -> str:
    """The same of a row; empty if it is gone."""
    slugs = select(Campaign.slug, Action.slug).join(Campaign, Campaign.id == Action.campaign_id)
    found = connection.execute(slugs.where(Action.id == action_id)).one_or_none()
    return action_name(*found) if found else ""
