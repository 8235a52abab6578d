"""Public campaigns that are not closed and have no action, or an action with no opening time."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import aliased

from campaign_actions.actions.campaign_overview import CampaignOverview, campaign_overviews
from campaign_actions.actions.models import Action
from campaign_actions.campaigns.models import Campaign
from campaign_actions.campaigns.models.embargo import have_opened
from campaign_actions.core.db.session import db
from campaign_actions.core.i18n.locale import locales_current_first


def with_unopened_actions(
    ids: Collection[int] | None, *, now: datetime, limit: int
) -> list[CampaignOverview]:
    """The newest first, and only among `ids` unless it is None."""
    is_public = have_opened(now, Campaign), Campaign.archived_at.is_(None)
    lacks_time = Action.published_at.is_(None)  # or there is no action
    found = select(Campaign.id).outerjoin(Action).where(*is_public, lacks_time, ~_is_closed(now))
    if ids is not None:
        found = found.where(Campaign.id.in_(ids))
    in_order = found.distinct().order_by(Campaign.id.desc()).limit(limit)
    unopened = db.session.scalars(in_order).all()
    if not unopened:
        return []
    return campaign_overviews(unopened, locales=locales_current_first(), now=now)


def _is_closed(now: datetime) -> ColumnElement[bool]:
    """Whether every action of a campaign that has an opening time has ended, and there is one."""
    opened = aliased(Action)
    its = opened.campaign_id == Campaign.id, opened.published_at.is_not(None)
    goes_on = or_(opened.closes_at.is_(None), opened.closes_at > now)
    return and_(exists().where(*its), ~exists().where(*its, goes_on))
