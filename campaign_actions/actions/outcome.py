"""The outcome on the page of a closed action: its own result, or else that of its campaign."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select

from campaign_actions.actions.models import Action, ActionText
from campaign_actions.actions.queries import PublicAction, public_actions_of
from campaign_actions.campaigns.models import CampaignText
from campaign_actions.campaigns.queries import PublicCampaign, find_campaign
from campaign_actions.core.db.session import db


@dataclass(frozen=True)
class Outcome:
    """The results to show for an action without its own in a language."""

    of_campaign: str  # the result on the page of its campaign in the language; may be empty
    is_elsewhere: bool  # either has a result in another public language


def find_outcome(action_id: int, campaign_slug: str, *, locale: str, now: datetime) -> Outcome:
    campaign = find_campaign(campaign_slug, locale=locale, now=now)
    actions = public_actions_of(campaign.id, locale=locale, now=now) if campaign else ()
    return make_outcome(campaign, actions, has_own=_has_result(action_id))


def make_outcome(
    campaign: PublicCampaign | None, actions: Iterable[PublicAction], *, has_own: bool
) -> Outcome:
    """`actions`: the public ones of the campaign, whose page shows no result while one is open.

    `has_own`: whether the action has a result of its own in another public language.
    """
    is_over = campaign and (campaign.archived_at or not any(one.is_open for one in actions))
    if campaign is None or not is_over:
        return Outcome("", has_own)
    return Outcome(campaign.result, campaign.has_result_elsewhere or has_own)


def _has_result(action_id: int) -> bool:
    """In any language in which its campaign is public."""
    in_same_language = and_(
        CampaignText.campaign_id == Action.campaign_id, CampaignText.locale == ActionText.locale
    )
    written = (
        select(ActionText.locale)
        .join(Action, Action.id == ActionText.action_id)
        .join(CampaignText, in_same_language)
        .where(ActionText.action_id == action_id, ActionText.result != "", CampaignText.is_public)
        .limit(1)
    )
    return db.session.scalar(written) is not None
