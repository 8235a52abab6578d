"""What staff call campaigns."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import select

from campaign_actions.campaigns.models import Campaign, CampaignText
from campaign_actions.core.database import db


def campaign_titles(tags: Sequence[str]) -> dict[int, str]:
    """The title of each campaign in the first of these languages that has one, else its slug."""
    texts: dict[int, dict[str, str]] = defaultdict(dict)
    for row in db.session.execute(
        select(CampaignText.campaign_id, CampaignText.locale, CampaignText.title)
    ):
        texts[row.campaign_id][row.locale] = row.title
    in_order = select(Campaign.id, Campaign.slug).order_by(Campaign.position, Campaign.id)
    return {
        row.id: next((texts[row.id][tag] for tag in tags if texts[row.id].get(tag)), row.slug)
        for row in db.session.execute(in_order)
    }


def campaign_ids(slugs: Sequence[str]) -> dict[str, int]:
    """The ids of campaigns, by those of the slugs that there are."""
    found = select(Campaign.slug, Campaign.id).where(Campaign.slug.in_(slugs))
    return {row.slug: row.id for row in db.session.execute(found)}
