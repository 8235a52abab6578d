"""Complete but unpublished campaigns, for tests of publishing."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from campaign_actions.actions.models import Action
from campaign_actions.actions.signatures.dry_run import Lifetimes
from campaign_actions.campaigns.models import Campaign
from campaign_actions.campaigns.queries import written_locales
from campaign_actions.core.db.session import db
from campaign_actions.publishing.findings import PreflightContext
from campaign_actions.publishing.languages import Languages, set_languages
from campaign_actions.publishing.preflight import run_preflight
from campaign_actions.publishing.publish import unpublish
from campaign_actions.publishing.queries import find_plan
from tests.support.factories import NOON, make_action, make_campaign

LIFETIMES = Lifetimes(remind_after=timedelta(hours=48), link=timedelta(days=14))
BOTH_LOCALES = ("en", "ru")


def make_draft(
    *,
    locales=BOTH_LOCALES,
    kind: str = "petition",
    published_at: datetime | None = None,
    **values,
) -> Campaign:
    """A campaign with an action, both complete in two languages, with or without an opening time."""
    campaign = make_campaign(locales=locales, **values)
    make_action(campaign=campaign, kind=kind, locales=locales)
    set_opening_time(campaign.id, published_at)
    return campaign


def set_opening_time(campaign_id: int, at: datetime | None) -> None:
    """Set when a campaign and all its actions open."""
    db.session.execute(update(Campaign).filter_by(id=campaign_id).values(published_at=at))
    db.session.execute(update(Action).filter_by(campaign_id=campaign_id).values(published_at=at))
    db.session.commit()


def hide(campaign_id: int, how: str, *, now: datetime = NOON) -> None:
    """Take a public campaign off the site: "unpublished", or "not public" for its languages alone."""
    done: Any = {"actor": "grace@example.org", "now": now}
    opened_at = db.session.scalar(select(Campaign.published_at).filter_by(id=campaign_id))
    if how == "unpublished":
        unpublish(campaign_id, seen=opened_at, **done)
    else:
        set_languages(campaign_id, Languages(public=(), seen=written_locales(campaign_id)), **done)
    db.session.commit()


def opening_times(campaign_id: int) -> tuple[datetime | None, list[datetime | None]]:
    """The opening times of a campaign and of its actions."""
    db.session.rollback()
    db.session.expire_all()
    plan = find_plan(campaign_id)
    return plan.campaign.published_at, [action.published_at for action in plan.actions]


def preflight_of(
    campaign_id: int,
    *,
    at: datetime = NOON,
    now: datetime = NOON,
    **reader,
):
    """The result of all checks. `reader`: the rights in a PreflightContext; without any, all."""
    rights = {"visible_ids": None, **reader}
    context = PreflightContext(opens_at=at, now=now, lifetimes=LIFETIMES, **rights)
    result = run_preflight(find_plan(campaign_id), context)
    db.session.commit()
    return result
