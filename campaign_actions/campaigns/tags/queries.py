"""The tags of campaigns."""

from collections import defaultdict

from sqlalchemy import select

from campaign_actions.campaigns.tags.models import CampaignTag
from campaign_actions.core.db.session import db


def tags_by_campaign() -> dict[int, tuple[str, ...]]:
    """The tags of all campaigns by id, in alphabetical order. Campaigns without any are missing."""
    tags: defaultdict[int, list[str]] = defaultdict(list)
    for row in db.session.execute(select(CampaignTag.campaign_id, CampaignTag.tag)):
        tags[row.campaign_id].append(row.tag)
    return {one: tuple(sorted(found, key=str.casefold)) for one, found in tags.items()}


def tags_of(campaign_id: int) -> tuple[str, ...]:
    found = db.session.scalars(select(CampaignTag.tag).filter_by(campaign_id=campaign_id))
    return tuple(sorted(found, key=str.casefold))
