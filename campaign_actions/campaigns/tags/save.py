"""Changing the tags of a campaign."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from campaign_actions.audit.log import add_entry
from campaign_actions.campaigns.models import Campaign
from campaign_actions.campaigns.tags.models import CampaignTag
from campaign_actions.campaigns.texts import campaign_name
from campaign_actions.core.db.session import write_transaction
from campaign_actions.core.errors import NotFound


def set_tags(campaign_id: int, tags: Collection[str], *, actor: str, now: datetime) -> None:
    """Replace the tags of a campaign. They apply at once and never wait for a draft. Raises NotFound."""
    with write_transaction() as connection:
        this = select(Campaign.id).where(Campaign.id == campaign_id)
        if connection.scalar(this.with_for_update(key_share=True)) is None:
            raise NotFound
        of_campaign = CampaignTag.campaign_id == campaign_id
        former = set(connection.scalars(select(CampaignTag.tag).where(of_campaign)))
        if former == set(tags):
            return
        connection.execute(delete(CampaignTag).where(of_campaign))
        add_tags(connection, campaign_id, tags)
        add_entry(
            connection,
            "campaign-saved",
            actor=actor,
            now=now,
            subject=campaign_name(connection, campaign_id),
            tags=sorted(tags),
        )


def add_tags(connection: Connection, campaign_id: int, tags: Collection[str]) -> None:
    """Give tags to a campaign that has none, in the caller's transaction."""
    rows = [{"campaign_id": campaign_id, "tag": tag} for tag in tags]
    if rows:
        connection.execute(insert(CampaignTag), rows)


def copy_tags(connection: Connection, campaign_id: int, copy_id: int) -> None:
    """Give the tags of a campaign to its new copy, in the caller's transaction."""
    tags = select(CampaignTag.tag).where(CampaignTag.campaign_id == campaign_id)
    add_tags(connection, copy_id, connection.scalars(tags).all())
