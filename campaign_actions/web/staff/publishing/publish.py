"""Publishing a campaign: checking it, its languages and opening time."""

from dataclasses import replace

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign_actions.actions.campaign_overview import get_campaign_overview
from campaign_actions.core.db.session import release_connection, utc_now
from campaign_actions.core.errors import Conflict
from campaign_actions.core.i18n.timezones import datetime_here
from campaign_actions.publishing import publish as publishing
from campaign_actions.publishing.change_checks import OVER
from campaign_actions.publishing.conflicts import AlreadyOpen, ScheduleConflict, parse_instant
from campaign_actions.publishing.forms import PublishForm
from campaign_actions.publishing.languages import Languages, set_languages
from campaign_actions.publishing.queries import get_plan
from campaign_actions.web.staff.access.authorization import (
    current_staff,
    needs,
    slow_work,
)
from campaign_actions.web.staff.publishing.conflicts import changed_since, requested_part
from campaign_actions.web.staff.publishing.preflight_runs import (
    full_preflight,
    opening_time,
)
from campaign_actions.web.staff.publishing.publish_page import (
    FIXED_IN_DRAFT,
    NO_LANGUAGE,
    PROBLEMS,
    UNCONFIRMED,
    chosen_languages,
    has_new_addressee,
    hide_languages_page,
    problem_in,
    publish_page,
    ticked_languages,
)
from campaign_actions.web.staff.publishing.publishing_messages import languages_words

bp = Blueprint(
    "staff_publishing_publish", __name__, url_prefix="/staff/campaigns/<int:campaign_id>"
)


@bp.get("/publish/")
@needs("campaigns.view")
def show(campaign_id: int) -> ResponseReturnValue:
    """Pre-flight findings, the opening time and preview links."""
    return publish_page(get_plan(campaign_id))


@bp.post("/publish/dry-run/")
@needs("campaigns.publish")
@slow_work
def dry_run(campaign_id: int) -> ResponseReturnValue:
    """Run all checks, as publishing does, with every email and a test signature."""
    plan = get_plan(campaign_id)
    if get_campaign_overview(campaign_id, now=utc_now()).state in OVER:
        return publish_page(plan)
    return publish_page(plan, result=full_preflight(plan, opening_time(plan)))


@bp.post("/publish/")
@needs("campaigns.publish")
@slow_work
def publish(campaign_id: int) -> ResponseReturnValue:
    """Open the campaign now or at a time, unless something must be fixed first."""
    plan, form = get_plan(campaign_id), PublishForm()
    form.now = utc_now()
    if plan.is_open(form.now):
        raise AlreadyOpen
    languages = chosen_languages(plan)
    if languages:
        plan = replace(plan, chosen_locales=languages.public)
    if not form.validate():
        return publish_page(plan, form, status=400)
    at = form.chosen_time() or form.now
    ended = plan.ended(form.now)
    ids = ({action.id for action in plan.actions} & set(form.actions.data or ())) - ended
    others = {action.id for action in plan.actions} - ids - ended
    result = full_preflight(plan, at)
    if result.blockers(without_actions=others):
        return publish_page(plan, form, result=result, problem=str(PROBLEMS), status=400)
    if has_new_addressee(plan, ids) and "same_addressee" not in request.form:
        return publish_page(plan, form, result=result, problem=str(UNCONFIRMED), status=400)
    publishing.publish(
        campaign_id,
        at=at,
        seen=parse_instant(form.seen.data),
        action_ids=ids,
        languages=languages,
        actor=current_staff().email,
        now=utc_now(),
        staff_id=current_staff().id,
    )
    flash(
        _("Campaign scheduled. It will open on %(moment)s.", moment=datetime_here(at))
        if form.when.data == "at"
        else _("Campaign published. It will appear on the site within seconds.")
    )
    is_over = ended and not ids
    there = ".show" if form.when.data == "at" or is_over else "staff_sharing_share.show"
    return redirect(url_for(there, campaign_id=campaign_id), 303)


@bp.post("/publish/languages/")
@needs("campaigns.publish")
@slow_work
def languages(campaign_id: int) -> ResponseReturnValue:
    """Choose the public languages. A new one must be ready if the campaign is scheduled or open.

    Before pages disappear, it asks. A language that only a draft has is checked when that is published.
    """
    plan, public = get_plan(campaign_id), get_plan(campaign_id, of=())
    wanted, removed = ticked_languages(plan), set()
    if opens_at := plan.campaign.published_at:
        at = max(opens_at, utc_now())
        added = (wanted - set(plan.public_locales)) & public.texts.keys()
        result = full_preflight(public, at)
        hidden = public.hidden_at(at)
        if not wanted:
            return publish_page(plan, result=result, problem=str(NO_LANGUAGE), status=400)
        if to_fix := result.blockers(locales=added, without_actions=hidden):
            newest = full_preflight(plan, at) if plan.drafts else result
            is_fixed = not newest.blockers(locales=added, without_actions=hidden)
            problem = str(FIXED_IN_DRAFT) if is_fixed else problem_in(added)
            return publish_page(plan, result=result, problem=problem, to_fix=to_fix, status=400)
    if plan.is_open(utc_now()):
        removed = set(public.public_locales) - wanted
        if removed and "sure" not in request.form:
            return hide_languages_page(plan, removed)
    is_new = set_languages(
        campaign_id,
        Languages(wanted, request.form.getlist("seen_public")),
        actor=current_staff().email,
        now=utc_now(),
        staff_id=current_staff().id,
    )
    flash(languages_words(campaign_id, removed) if is_new else _("No changes to save."))
    return redirect(url_for(".show", campaign_id=campaign_id), 303)


@bp.post("/publish/cancel/")
@needs("campaigns.publish")
def cancel(campaign_id: int) -> ResponseReturnValue:
    """Cancel the scheduled opening."""
    get_plan(campaign_id)
    publishing.cancel(
        campaign_id,
        seen=parse_instant(request.form.get("seen")),
        actor=current_staff().email,
        now=utc_now(),
        staff_id=current_staff().id,
    )
    flash(_("Scheduled opening cancelled"))
    return redirect(url_for(".show", campaign_id=campaign_id), 303)


@bp.errorhandler(ScheduleConflict)
@bp.errorhandler(AlreadyOpen)
def conflict(error: Conflict) -> ResponseReturnValue:
    """The page as it is now, with what was typed or ticked, after someone else has changed the rest."""
    release_connection()
    plan = get_plan((request.view_args or {})["campaign_id"])
    form = PublishForm() if requested_part() == "publish" else None
    if form and plan.is_open(utc_now()):
        return publish_page(plan, has_opened=True, status=409)
    is_open = isinstance(error, AlreadyOpen)
    problem = str(error.message) if is_open else changed_since(plan.campaign.id)
    return publish_page(plan, form, problem=problem, status=409)
