"""When a single action opens: with its campaign, or later."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from campaign_actions.actions.action_overview import ActionOverview
from campaign_actions.actions.campaign_overview import CampaignOverview
from campaign_actions.campaigns.models.embargo import has_opened
from campaign_actions.core.db.session import release_connection, utc_now
from campaign_actions.core.errors import Conflict
from campaign_actions.publishing import publish
from campaign_actions.publishing.conflicts import (
    AlreadyClosed,
    AlreadyOpen,
    CampaignArchived,
    ScheduleConflict,
    parse_instant,
)
from campaign_actions.publishing.findings import Finding, Section
from campaign_actions.publishing.forms import OpenForm, OpenInPublicForm
from campaign_actions.publishing.queries import get_plan
from campaign_actions.web.staff.access.authorization import current_staff, needs, slow_work
from campaign_actions.web.staff.publishing.conflicts import (
    changed_since,
    get_with_times,
    leave_page,
)
from campaign_actions.web.staff.publishing.preflight_runs import full_preflight, quick_preflight
from campaign_actions.web.staff.publishing.publish_page import TIME_NOT_SAVED

bp = Blueprint(
    "staff_publishing_open_action",
    __name__,
    url_prefix="/staff/campaigns/<int:campaign_id>/actions/<int:action_id>",
)
NOT_OPENED = _l("The action was not opened")


@bp.get("/open/")
@needs("campaigns.publish")
def ask_open(campaign_id: int, action_id: int) -> ResponseReturnValue:
    campaign, action = get_with_times(campaign_id, action_id)
    form = _form_in(campaign)(formdata=None)
    follows = action.published_at == campaign.published_at
    form.prefill(None if follows else action.published_at, utc_now())
    if campaign.state == "scheduled" and action.published_at is None:
        form.when.data = "not"
    return _open_page(campaign, action, form)


@bp.post("/open/")
@needs("campaigns.publish")
@slow_work
def open_action(campaign_id: int, action_id: int) -> ResponseReturnValue:
    """Open it with its campaign or later, unless something must be fixed first."""
    campaign, action = get_with_times(campaign_id, action_id)
    if action.has_ended and not action.is_public:
        raise AlreadyClosed
    form = _form_in(campaign)()
    form.now, form.closes_at = utc_now(), action.closes_at
    form.campaign_opens_at = campaign.published_at
    if not form.validate():
        return _open_page(campaign, action, form, status=400)
    at = form.chosen_time()
    opens_at = max(filter(None, (at, campaign.published_at, form.now)))
    if at and (blockers := _blockers_of(action, opens_at)):
        return _open_page(campaign, action, form, blockers=blockers, status=400)
    publish.open_action(
        campaign_id,
        action_id,
        at=_with_campaign(campaign, form, at),
        seen=parse_instant(form.seen.data),
        actor=current_staff().email,
        now=utc_now(),
        staff_id=current_staff().id,
    )
    if campaign.is_public and form.when.data == "now":
        flash(_("Action opened. It will appear on the site within seconds."))
        there = url_for("staff_sharing_share.show", campaign_id=campaign_id, of=action_id)
        return redirect(there, 303)
    flash(_("Opening time removed") if form.when.data == "not" else _("Opening time saved"))
    return redirect(url_for("staff_publishing_publish.show", campaign_id=campaign_id), 303)


@bp.errorhandler(ScheduleConflict)
@bp.errorhandler(AlreadyOpen)
@bp.errorhandler(AlreadyClosed)
def conflict(error: Conflict) -> ResponseReturnValue:
    """The page with the time that someone else has set since, and with what was typed."""
    release_connection()
    campaign, action = get_with_times(**(request.view_args or {}))
    is_closed = isinstance(error, AlreadyClosed)
    problem = f"{error.title}. {error.message}" if is_closed else changed_since(campaign.id)
    form = _form_in(campaign)()
    return _open_page(campaign, action, form, problem=problem, status=409)


@bp.errorhandler(CampaignArchived)
def archived(error: CampaignArchived) -> ResponseReturnValue:
    """Someone else has archived the campaign, so its times can no longer change."""
    release_connection()
    return leave_page(error, (request.view_args or {})["campaign_id"])


def _form_in(campaign: CampaignOverview) -> type[OpenForm]:
    return OpenInPublicForm if campaign.is_public else OpenForm


def _open_page(
    campaign: CampaignOverview,
    action: ActionOverview,
    form: OpenForm,
    *,
    blockers: Sequence[Finding] = (),
    problem: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    form.remember(action.published_at)
    is_public = has_opened(utc_now(), campaign.published_at, action.published_at)
    checks: list[Finding] = []
    if campaign.is_public and not is_public:
        found = quick_preflight(get_plan(campaign.id))
        checks = [*_of_action(action, found.blocked()), *_of_action(action, found.to_review())]
    is_opening = campaign.is_public and form.when.data == "now"
    page = render_template(
        "staff/publishing/open_action.html",
        campaign=campaign,
        action=action,
        form=form,
        blockers=blockers,
        checks=[one for one in checks if one not in blockers],
        has_checks=campaign.is_public and not is_public,
        refused=NOT_OPENED if is_opening else TIME_NOT_SAVED,
        problem=problem,
        is_public=is_public,
    )
    return page, status


def _blockers_of(action: ActionOverview, opens_at: datetime) -> list[Finding]:
    found = full_preflight(get_plan(action.campaign_id), opens_at)
    return _of_action(action, found.blocked())


def _of_action(action: ActionOverview, sections: Iterable[Section]) -> list[Finding]:
    return [
        finding.in_language(section.locale)
        for section in sections
        for finding in section.findings
        if finding.action_id == action.id
    ]


def _with_campaign(
    campaign: CampaignOverview, form: OpenForm, at: datetime | None
) -> datetime | None:
    """The chosen time; for “now” that of its campaign, unless the campaign is open already."""
    is_open = has_opened(form.now, campaign.published_at)
    return at if form.when.data != "now" or is_open else campaign.published_at
