"""When a single action opens, with its campaign or later, and when it ends."""

from collections.abc import Sequence
from datetime import datetime

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign_actions.actions.action_overview import ActionOverview
from campaign_actions.actions.campaign_overview import CampaignOverview, get_action_and_campaign
from campaign_actions.actions.signatures.dry_run import Lifetimes
from campaign_actions.core.db.session import utc_now
from campaign_actions.publishing import close, publish
from campaign_actions.publishing.findings import Finding, PreflightContext
from campaign_actions.publishing.forms import CloseForm, OpenForm
from campaign_actions.publishing.preflight import run_preflight
from campaign_actions.publishing.queries import get_plan
from campaign_actions.web.staff.access.authorization import (
    campaigns_of,
    current_staff,
    needs,
    slow_work,
)

bp = Blueprint(
    "staff_publishing_action_times",
    __name__,
    url_prefix="/staff/campaigns/<int:campaign_id>/actions/<int:action_id>",
)


@bp.get("/open/")
@needs("campaigns.publish")
def ask_open(campaign_id: int, action_id: int) -> ResponseReturnValue:
    campaign, action = get_action_and_campaign(campaign_id, action_id, now=utc_now())
    form = OpenForm(formdata=None)
    form.prefill(action.published_at, utc_now())
    return _open_page(campaign, action, form)


@bp.post("/open/")
@needs("campaigns.publish")
@slow_work
def open_action(campaign_id: int, action_id: int) -> ResponseReturnValue:
    """Open it with its campaign or later, unless something must be fixed first."""
    campaign, action = get_action_and_campaign(campaign_id, action_id, now=utc_now())
    form = OpenForm()
    form.now = utc_now()
    if not form.validate():
        return _open_page(campaign, action, form, status=400)
    at = form.chosen_time()
    if at and (blockers := _blockers_of(action, at)):
        return _open_page(campaign, action, form, blockers=blockers, status=400)
    publish.open_action(
        campaign_id,
        action_id,
        at=_with_campaign(campaign, form, at),
        seen=publish.parse_instant(form.seen.data),
        actor=current_staff().email,
        now=utc_now(),
    )
    flash(_("Opening time saved"))
    return redirect(url_for("staff_publishing_publish.show", campaign_id=campaign_id), 303)


@bp.get("/close/")
@needs("campaigns.publish")
def ask_close(campaign_id: int, action_id: int) -> ResponseReturnValue:
    """An action that has ended can be opened again here."""
    campaign, action = get_action_and_campaign(campaign_id, action_id, now=utc_now())
    form = CloseForm(formdata=None)
    form.prefill(action.closes_at, utc_now())
    return _close_page(campaign, action, form)


@bp.post("/close/")
@needs("campaigns.publish")
def close_action(campaign_id: int, action_id: int) -> ResponseReturnValue:
    campaign, action = get_action_and_campaign(campaign_id, action_id, now=utc_now())
    form = CloseForm()
    form.now = utc_now()
    if not form.validate():
        return _close_page(campaign, action, form, status=400)
    by, at, now = current_staff(), form.chosen_time(), form.now
    close.close_action(campaign_id, action_id, at=at, actor=by.email, now=now, staff_id=by.id)
    flash(_("Closing time saved"))
    return redirect(url_for("staff_publishing_publish.show", campaign_id=campaign_id), 303)


def _open_page(
    campaign: CampaignOverview,
    action: ActionOverview,
    form: OpenForm,
    *,
    blockers: Sequence[Finding] = (),
    status: int = 200,
) -> ResponseReturnValue:
    form.remember(action.published_at)
    page = render_template(
        "staff/publishing/open_action.html",
        campaign=campaign,
        action=action,
        form=form,
        blockers=blockers,
        is_public=publish.is_action_public(action.published_at, campaign.published_at, utc_now()),
    )
    return page, status


def _close_page(
    campaign: CampaignOverview, action: ActionOverview, form: CloseForm, *, status: int = 200
) -> ResponseReturnValue:
    page = render_template(
        "staff/publishing/close_action.html",
        campaign=campaign,
        action=action,
        form=form,
        is_closed=bool(action.closes_at and action.closes_at <= utc_now()),
    )
    return page, status


def _blockers_of(action: ActionOverview, opens_at: datetime) -> list[Finding]:
    context = PreflightContext(
        opens_at=opens_at,
        now=utc_now(),
        visible_ids=campaigns_of("campaigns.view"),
        lifetimes=Lifetimes.by(current_app.config),
    )
    found = run_preflight(get_plan(action.campaign_id), context).blockers()
    return [finding for finding in found if finding.action_id == action.id]


def _with_campaign(
    campaign: CampaignOverview, form: OpenForm, at: datetime | None
) -> datetime | None:
    """The chosen time; for “now” that of its campaign, unless the campaign is open already."""
    is_open = campaign.published_at is not None and campaign.published_at <= form.now
    return at if form.when.data != "now" or is_open else campaign.published_at
