"""Closed actions whose pages say that the outcome is not known yet."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import aliased

from campaign_actions.actions.edit import ACTION
from campaign_actions.actions.listing.titles import TitledAction, titled_actions
from campaign_actions.actions.models import Action, ActionText
from campaign_actions.actions.newest.drafts import drafts_of
from campaign_actions.campaigns.models import Campaign, CampaignText
from campaign_actions.campaigns.models.embargo import have_opened
from campaign_actions.campaigns.texts import texts_in
from campaign_actions.core.db.session import db


@dataclass(frozen=True)
class ActionWithoutResult:
    """A closed action without a result in the source language, `locale`."""

    action: TitledAction
    locale: str


def actions_without_result(
    campaign_ids: Collection[int] | None,
    *,
    locales: Sequence[str],
    now: datetime,
    limit: int | None = None,
) -> list[ActionWithoutResult]:
    """Of public campaigns that are not archived, of all if None; the action that closed last comes first.

    A result that is written but not published is a change to publish, and not missing. `locales`: for
    titles, best first.
    """
    found = (
        select(Action.id, Action.campaign_id, Campaign.source_locale)
        .join(Campaign)
        .where(have_opened(now, Campaign), Campaign.archived_at.is_(None))
        .where(have_opened(now, Action), Action.closes_at <= now)
        .where(~_has_own_result(), ~and_(_campaign_has_result(), ~_is_open(now)))
    )
    if campaign_ids is not None:
        found = found.where(Action.campaign_id.in_(campaign_ids))
    rows = db.session.execute(found.order_by(Action.closes_at.desc()).limit(limit)).all()
    drafts = drafts_of({row.campaign_id for row in rows}) if rows else {}
    titles = titled_actions([row.id for row in rows], locales=locales)
    return [
        ActionWithoutResult(titles[row.id], row.source_locale)
        for row in rows
        if not (draft := drafts.get((ACTION.name, row.id)))
        or not texts_in(draft.content).get(row.source_locale, {}).get("result")
    ]


def _has_own_result() -> ColumnElement[bool]:
    is_its = ActionText.action_id == Action.id, ActionText.locale == Campaign.source_locale
    return exists().where(*is_its, ActionText.result != "")


def _campaign_has_result() -> ColumnElement[bool]:
    is_its = CampaignText.campaign_id == Campaign.id, CampaignText.locale == Campaign.source_locale
    return exists().where(*is_its, CampaignText.result != "")


def _is_open(now: datetime) -> ColumnElement[bool]:
    """Whether another action of the campaign is open: then its page shows no result."""
    other = aliased(Action)
    is_open = have_opened(now, other), or_(other.closes_at.is_(None), other.closes_at > now)
    return exists().where(other.campaign_id == Campaign.id, *is_open)
