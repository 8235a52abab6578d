"""Names of actions in commands and the audit log: CAMPAIGN/ACTION, made of the two slugs."""

from sqlalchemy import Connection, select

from campaign_actions.actions.models import Action
from campaign_actions.campaigns.models import Campaign
from campaign_actions.core.db.session import db


def action_name(campaign_slug: str, slug: str) -> str:
    """For example racism/hate-crimes."""
    return f"{campaign_slug}/{slug}"


def find_action_name(connection: Connection, action_id: int) -> str:
    """The name of an action by its id; empty if there is none."""
    slugs = select(Campaign.slug, Action.slug).join(Campaign, Campaign.id == Action.campaign_id)
    found = connection.execute(slugs.where(Action.id == action_id)).one_or_none()
    return action_name(*found) if found else ""


def find_action_by_name(campaign_slug: str, slug: str) -> Action | None:
    """An action by its slugs, published or not."""
    return db.session.scalars(
        select(Action).join(Campaign).where(Campaign.slug == campaign_slug, Action.slug == slug)
    ).one_or_none()
