"""A single action: when it opens, at its campaign's instant or later, and when it ends."""

from datetime import datetime
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign_actions.actions.campaign_overviews import CampaignOverview, get_action_and_campaign
from campaign_actions.actions.overview import ActionOverview
from campaign_actions.actions.signatures.dry_run import Lifetimes
from campaign_actions.core.db.session import utc_now
from campaign_actions.publishing import close, schedule
from campaign_actions.publishing.forms import CloseForm, OpenForm
from campaign_actions.publishing.preflight import preflight
from campaign_actions.publishing.queries import find_plan_of_action
from campaign_actions.publishing.result import Finding, Inspection
from campaign_actions.web.staff.access.authorization import (
    campaigns_of,
    current_staff,
    needs,
    slow_work,
)

bp = Blueprint(
    "staff_action_times",
    __name__,
    url_prefix="/staff/campaigns/<int:campaign_id>/actions/<int:action_id>",
)


@bp.get("/open/")
@needs("campaigns.publish")
def ask_open(campaign_id: int, action_id: int) -> ResponseReturnValue:
    campaign, action = get_action_and_campaign(campaign_id, action_id, now=utc_now())
    form = OpenForm(formdata=None)
    form.propose(action.published_at, utc_now())
    return _open_page(campaign, action, form)


@bp.post("/open/")
@needs("campaigns.publish")
@slow_work
def open_action(campaign_id: int, action_id: int) -> ResponseReturnValue:
    """Later than its campaign or now, unless something must be mended."""
    campaign, action = get_action_and_campaign(campaign_id, action_id, now=utc_now())
    form = OpenForm()
    form.now = utc_now()
    if not form.validate():
        return _open_page(campaign, action, form, status=400)
    at = form.instant()
    if at and (faults := _faults_of(action, at)):
        return _open_page(campaign, action, form, faults=faults, status=400)
    schedule.open_action(
        campaign_id,
        action_id,
        at=_with_campaign(campaign, form, at),
        seen=schedule.read_instant(form.seen.data),
        actor=current_staff().email,
        now=utc_now(),
    )
    flash(_("The opening time of this action is saved."))
    return redirect(url_for("staff_publishing.show", campaign_id=campaign_id), 303)


@bp.get("/close/")
@needs("campaigns.publish")
def ask_close(campaign_id: int, action_id: int) -> ResponseReturnValue:
    """One that has ended can go on."""
    campaign, action = get_action_and_campaign(campaign_id, action_id, now=utc_now())
    form = CloseForm(formdata=None)
    form.propose(action.closes_at, utc_now())
    return _close_page(campaign, action, form)


@bp.post("/close/")
@needs("campaigns.publish")
def close_action(campaign_id: int, action_id: int) -> ResponseReturnValue:
    campaign, action = get_action_and_campaign(campaign_id, action_id, now=utc_now())
    form = CloseForm()
    form.now = utc_now()
    if not form.validate():
        return _close_page(campaign, action, form, status=400)
    by, at, now = current_staff(), form.instant(), form.now
    close.close_action(campaign_id, action_id, at=at, actor=by.email, now=now, staff_id=by.id)
    flash(_("The end of this action is saved."))
    return redirect(url_for("staff_publishing.show", campaign_id=campaign_id), 303)


def _open_page(
    campaign: CampaignOverview,
    action: ActionOverview,
    form: OpenForm,
    *,
    faults: Any = (),
    status: int = 200,
) -> ResponseReturnValue:
    form.renew(action.published_at)
    page = render_template(
        "staff/publishing/open.html",
        campaign=campaign,
        action=action,
        form=form,
        faults=faults,
        is_seen=schedule.is_seen(action.published_at, campaign.published_at, utc_now()),
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


def _faults_of(action: ActionOverview, at: datetime) -> list[Finding]:
    """What must be mended in one action before it opens."""
    how = Inspection(
        at=at,
        now=utc_now(),
        sees=campaigns_of("campaigns.view"),
        life=Lifetimes.by(current_app.config),
    )
    looked = preflight(find_plan_of_action(action.campaign_id), how)
    return [fault for fault in looked.faults() if fault.action_id == action.id]


def _with_campaign(
    campaign: CampaignOverview, form: OpenForm, at: datetime | None
) -> datetime | None:
    """Now, or when its campaign opens, if that is to come; the campaign's own instant or none."""
    is_open = campaign.published_at is not None and campaign.published_at <= form.now
    return at if form.when.data != "now" or is_open else campaign.published_at
