"""The end: closing an action or a campaign, archiving it with what it achieved, and opening it again."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign_actions.actions.models import Action
from campaign_actions.actions.workspace import campaign_at_work
from campaign_actions.core.database import utc_now
from campaign_actions.publishing import closing
from campaign_actions.publishing.forms import ArchiveForm, CloseForm, archive_form
from campaign_actions.publishing.queries import Plan, find_plan, title_of
from campaign_actions.staff.guards import current_staff, needs

bp = Blueprint("staff_closing", __name__, url_prefix="/staff/campaigns/<int:campaign_id>")


@bp.get("/actions/<int:action_id>/close/")
@needs("campaigns.publish")
def ask_close_action(campaign_id: int, action_id: int) -> ResponseReturnValue:
    """When an action ends; one that has ended can go on."""
    plan, action = _action_or_404(campaign_id, action_id)
    ends_later = bool(action.closes_at and action.closes_at > utc_now())
    form = CloseForm(formdata=None, when="at" if ends_later else "now")
    if ends_later:
        form.at.process_data(action.closes_at)
    return _close_page(plan, action, form)


@bp.post("/actions/<int:action_id>/close/")
@needs("campaigns.publish")
def close_action(campaign_id: int, action_id: int) -> ResponseReturnValue:
    plan, action = _action_or_404(campaign_id, action_id)
    form = CloseForm()
    form.now = utc_now()
    if not form.validate():
        return _close_page(plan, action, form, status=400)
    by = current_staff()
    at, now = form.instant(), form.now
    closing.close_action(campaign_id, action_id, at=at, actor=by.email, now=now, staff_id=by.id)
    flash(_("Saved when this action ends."))
    return _to_publishing(campaign_id)


@bp.get("/close/")
@needs("campaigns.publish")
def ask_close(campaign_id: int) -> ResponseReturnValue:
    _plan_or_404(campaign_id)
    return render_template(
        "staff/publishing/close.html", campaign=campaign_at_work(campaign_id, now=utc_now())
    )


@bp.post("/close/")
@needs("campaigns.publish")
def close(campaign_id: int) -> ResponseReturnValue:
    """Close all that is open in a campaign."""
    _plan_or_404(campaign_id)
    by = current_staff()
    closing.close_campaign(campaign_id, actor=by.email, now=utc_now(), staff_id=by.id)
    flash(_("All its actions are closed. Their pages stay, and what people signed is kept."))
    return _to_publishing(campaign_id)


@bp.get("/archive/")
@needs("campaigns.publish")
def ask_archive(campaign_id: int) -> ResponseReturnValue:
    """What the campaign achieved, in each public language."""
    plan = _plan_or_404(campaign_id)
    form = archive_form(plan.public_locales)(formdata=None)
    for locale in plan.public_locales:
        form.result_in(locale).data = plan.texts[locale].result
    return _archive_page(plan, form)


@bp.post("/archive/")
@needs("campaigns.publish")
def archive(campaign_id: int) -> ResponseReturnValue:
    plan = _plan_or_404(campaign_id)
    form = archive_form(plan.public_locales)()
    if not form.validate():
        return _archive_page(plan, form, status=400)
    by, results = current_staff(), form.results()
    closing.archive(campaign_id, results=results, actor=by.email, now=utc_now(), staff_id=by.id)
    flash(_("It stands among what was achieved."))
    return _to_publishing(campaign_id)


@bp.get("/reopen/")
@needs("campaigns.publish")
def ask_reopen(campaign_id: int) -> ResponseReturnValue:
    _plan_or_404(campaign_id)
    return render_template(
        "staff/publishing/reopen.html", campaign=campaign_at_work(campaign_id, now=utc_now())
    )


@bp.post("/reopen/")
@needs("campaigns.publish")
def reopen(campaign_id: int) -> ResponseReturnValue:
    """Let a campaign that ended go on."""
    _plan_or_404(campaign_id)
    by = current_staff()
    closing.reopen(campaign_id, actor=by.email, now=utc_now(), staff_id=by.id)
    flash(_("It goes on: the actions that were closed with it take signatures again."))
    return _to_publishing(campaign_id)


def _close_page(
    plan: Plan, action: Action, form: CloseForm, *, status: int = 200
) -> ResponseReturnValue:
    is_closed = bool(action.closes_at and action.closes_at <= utc_now())
    page = render_template(
        "staff/publishing/close_action.html",
        campaign=campaign_at_work(plan.campaign.id, now=utc_now()),
        action=action,
        title=title_of(action),
        form=form,
        is_closed=is_closed,
    )
    return page, status


def _archive_page(plan: Plan, form: ArchiveForm, *, status: int = 200) -> ResponseReturnValue:
    campaign = campaign_at_work(plan.campaign.id, now=utc_now())
    return render_template("staff/publishing/archive.html", campaign=campaign, form=form), status


def _to_publishing(campaign_id: int) -> ResponseReturnValue:
    return redirect(url_for("staff_publishing.show", campaign_id=campaign_id), 303)


def _action_or_404(campaign_id: int, action_id: int) -> tuple[Plan, Action]:
    plan = _plan_or_404(campaign_id)
    return plan, plan.find_action(action_id) or abort(404)


def _plan_or_404(campaign_id: int) -> Plan:
    return find_plan(campaign_id) or abort(404)
