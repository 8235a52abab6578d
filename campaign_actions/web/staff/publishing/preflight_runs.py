"""Pre-flight checks as the current member may see them: other campaigns that they may not see stay hidden."""

from dataclasses import replace
from datetime import datetime
from functools import partial

from flask import current_app

from campaign_actions.actions.signatures.dry_run import Lifetimes
from campaign_actions.core.db.session import utc_now
from campaign_actions.publishing.findings import PreflightContext, PreflightResult
from campaign_actions.publishing.preflight import run_preflight
from campaign_actions.publishing.queries import Plan
from campaign_actions.web.staff.access.authorization import allows, allows_at, campaigns_of


def quick_preflight(plan: Plan) -> PreflightResult:
    """Of a campaign that would open at its time, or now; without emails and a test signature."""
    return run_preflight(plan, preflight_context(opening_time(plan)))


def full_preflight(plan: Plan, opens_at: datetime) -> PreflightResult:
    return run_preflight(plan, preflight_context(opens_at, Lifetimes.by(current_app.config)))


def unready_languages(plan: Plan) -> list[str]:
    """The public languages that lack something that they would need to be published again."""
    found = run_preflight(replace(plan, rows=None), preflight_context(utc_now()))
    return [one.locale for one in found.blocked() if one.locale in plan.public_locales]


def preflight_context(opens_at: datetime, lifetimes: Lifetimes | None = None) -> PreflightContext:
    visible_ids = campaigns_of("campaigns.view")
    return PreflightContext(
        opens_at,
        utc_now(),
        visible_ids,
        lifetimes,
        _may_translate,
        partial(allows, "campaigns.edit"),
    )


def _may_translate(locale: str, catalog: str) -> bool:
    return allows_at("translate", language=locale, catalog=catalog)


def opening_time(plan: Plan) -> datetime:
    """When a campaign opens, or would if it were published now."""
    now = utc_now()
    return max(now, plan.campaign.published_at or now)
