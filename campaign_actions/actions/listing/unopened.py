"""Public campaigns with an action that has no time to open: a new one, or one left out when they opened."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select

from campaign_actions.actions.campaign_overview import CampaignOverview, campaign_overviews
from campaign_actions.actions.models import Action
from campaign_actions.campaigns.models import Campaign
from campaign_actions.core.db.session import db
from campaign_actions.core.i18n.locale import locales_current_first


def with_unopened_actions(
    ids: Collection[int] | None, *, now: datetime, limit: int
) -> list[CampaignOverview]:
    """The newest first. Among these, or among all if `ids` is None."""
    is_public = Campaign.published_at <= now, Campaign.archived_at.is_(None)
    found = (
        select(Action.campaign_id).join(Campaign).where(*is_public, Action.published_at.is_(None))
    )
    if ids is not None:
        found = found.where(Campaign.id.in_(ids))
    in_order = found.distinct().order_by(Action.campaign_id.desc()).limit(limit)
    unopened = db.session.scalars(in_order).all()
    if not unopened:
        return []
    return campaign_overviews(unopened, locales=locales_current_first(), now=now)
