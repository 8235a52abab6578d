"""What the audit log calls a campaign: by its slug, as it is at that moment."""

from sqlalchemy import Connection, select

from campaign_actions.campaigns.models import Campaign


def name_of_campaign(connection: Connection, campaign_id: int) -> str:
    """Like racism; empty if it is gone."""
    return connection.scalar(select(Campaign.slug).where(Campaign.id == campaign_id)) or ""
