"""The page that publishes a campaign: pre-flight checks, languages, opening time."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from campaign_actions.actions.campaign_overview import get_campaign_overview
from campaign_actions.core.db.session import release_connection, utc_now
from campaign_actions.core.errors import Conflict
from campaign_actions.core.i18n.list_format import join_with_commas
from campaign_actions.core.i18n.locale import known_locales, language_here
from campaign_actions.core.i18n.timezones import datetime_here
from campaign_actions.previews.forms import PreviewLinkForm
from campaign_actions.previews.queries import (
    count_preview_links,
    is_valid,
    preview_links,
    preview_token,
)
from campaign_actions.publishing import publish as publishing
from campaign_actions.publishing.change_checks import OVER
from campaign_actions.publishing.findings import PreflightResult
from campaign_actions.publishing.forms import PublishForm
from campaign_actions.publishing.queries import Plan, get_plan
from campaign_actions.web.http.pagination import paginate
from campaign_actions.web.staff.access.authorization import (
    current_staff,
    needs,
    slow_work,
)
from campaign_actions.web.staff.publishing.conflicts import changed_since, requested_part
from campaign_actions.web.staff.publishing.preflight_runs import (
    full_preflight,
    opening_time,
    quick_preflight,
)

bp = Blueprint(
    "staff_publishing_publish", __name__, url_prefix="/staff/campaigns/<int:campaign_id>"
)
LINKS_PAGE_SIZE = 20
NO_LANGUAGE = _l("Tick at least one language. To take the campaign off the site, unpublish it.")
PROBLEMS = _l("Nothing was changed. Fix the problems listed below, then try again.")
REFUSALS = {  # by the page that was asked for it
    "publish": _l("The campaign was not published"),
    "languages": _l("The languages were not saved"),
    "cancel": _l("The scheduled opening was not cancelled"),
}
LINK_DAYS = 7  # how long a preview link works if the campaign is not scheduled


@bp.get("/publish/")
@needs("campaigns.view")
def show(campaign_id: int) -> ResponseReturnValue:
    """Pre-flight findings, the opening time and preview links."""
    return _page(get_plan(campaign_id))


@bp.post("/publish/dry-run/")
@needs("campaigns.publish")
@slow_work
def dry_run(campaign_id: int) -> ResponseReturnValue:
    """Run all checks, as publishing does, with every email and a test signature."""
    plan = get_plan(campaign_id)
    if get_campaign_overview(campaign_id, now=utc_now()).state in OVER:
        return _page(plan)
    return _page(plan, result=full_preflight(plan, opening_time(plan)))


@bp.post("/publish/")
@needs("campaigns.publish")
@slow_work
def publish(campaign_id: int) -> ResponseReturnValue:
    """Open the campaign now or at a time, unless something must be fixed first."""
    plan, form = get_plan(campaign_id), PublishForm()
    form.now = utc_now()
    if not form.validate():
        return _page(plan, form, status=400)
    at = form.chosen_time() or form.now
    languages = _chosen_languages(plan)
    if languages:
        plan = replace(plan, chosen_locales=languages.public)
    ids = {action.id for action in plan.actions} & set(form.actions.data or ())
    others = {action.id for action in plan.actions} - ids
    result = full_preflight(plan, at)
    if result.blockers(without_actions=others):
        return _page(plan, form, result=result, problem=str(PROBLEMS), status=400)
    publishing.publish(
        campaign_id,
        at=at,
        seen=publishing.parse_instant(form.seen.data),
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
    there = ".show" if form.when.data == "at" else "staff_publishing_share.show"
    return redirect(url_for(there, campaign_id=campaign_id), 303)


@bp.post("/publish/languages/")
@needs("campaigns.publish")
@slow_work
def languages(campaign_id: int) -> ResponseReturnValue:
    """Choose the public languages. A new one must be ready if the campaign is scheduled or open.

    One that only a draft has is checked when that is published.
    """
    plan = get_plan(campaign_id)
    wanted = _ticked_languages(plan)
    if opens_at := plan.campaign.published_at:
        at, public = max(opens_at, utc_now()), get_plan(campaign_id, of=())
        added = (wanted - set(plan.public_locales)) & public.texts.keys()
        result = full_preflight(public, at)
        hidden = _hidden_actions(public, at)
        if not wanted:
            return _page(plan, result=result, problem=str(NO_LANGUAGE), status=400)
        if result.blockers(locales=added, without_actions=hidden):
            return _page(plan, result=result, problem=_problem_in(added), status=400)
    publishing.set_languages(
        campaign_id,
        publishing.Languages(wanted, request.form.getlist("seen_public")),
        actor=current_staff().email,
        now=utc_now(),
        staff_id=current_staff().id,
    )
    flash(_("Public languages saved"))
    return redirect(url_for(".show", campaign_id=campaign_id), 303)


@bp.post("/publish/cancel/")
@needs("campaigns.publish")
def cancel(campaign_id: int) -> ResponseReturnValue:
    """Cancel the scheduled opening."""
    get_plan(campaign_id)
    publishing.cancel(
        campaign_id,
        seen=publishing.parse_instant(request.form.get("seen")),
        actor=current_staff().email,
        now=utc_now(),
    )
    flash(_("Scheduled opening cancelled"))
    return redirect(url_for(".show", campaign_id=campaign_id), 303)


@bp.errorhandler(publishing.ScheduleConflict)
@bp.errorhandler(publishing.AlreadyOpen)
def conflict(error: Conflict) -> ResponseReturnValue:
    """The page as it is now, with what was typed or ticked, after someone else has changed the rest."""
    release_connection()
    plan = get_plan((request.view_args or {})["campaign_id"])
    form = PublishForm() if requested_part() == "publish" else None
    is_open = isinstance(error, publishing.AlreadyOpen)
    problem = str(error.message) if is_open else changed_since(plan.campaign.id)
    return _page(plan, form, problem=problem, status=409)


def _ticked_languages(plan: Plan) -> set[str]:
    return set(request.form.getlist("public")) & plan.texts.keys()


def _chosen_languages(plan: Plan) -> publishing.Languages | None:
    """Of a form with languages; None if it showed none."""
    ticked, seen = _ticked_languages(plan), request.form.getlist("seen_public")
    return publishing.Languages(ticked, seen) if ticked or seen else None


def _problem_in(locales: Iterable[str]) -> str:
    """That these languages, which are not public yet, have problems."""
    names = join_with_commas(map(language_here, sorted(locales)))
    words = _(
        "Fix the problems listed below, or leave these languages out: %(names)s.", names=names
    )
    return str(words)


def _page(
    plan: Plan,
    form: PublishForm | None = None,
    *,
    result: PreflightResult | None = None,
    problem: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    """`problem`: why nothing was done, if the form does not say it."""
    now, campaign = utc_now(), plan.campaign
    chosen = _chosen_languages(plan)
    form = form or _form_of(plan)
    form.remember(campaign.published_at)
    shown = paginate(count_preview_links(campaign.id), size=LINKS_PAGE_SIZE)
    shared = preview_links(campaign.id, **shown.part)
    overview = get_campaign_overview(campaign.id, now=utc_now())
    is_over = overview.state in OVER  # nothing opens, so there is nothing to check before
    page = render_template(
        "staff/publishing/publish.html",
        campaign=overview,
        plan=plan,
        form=form,
        preflight=result or (None if is_over else quick_preflight(plan)),
        refused=REFUSALS[requested_part()] if problem else "",
        problem=problem,
        ticked_languages=chosen.public if chosen else plan.public_locales,
        is_open=plan.is_open(now),
        is_scheduled=plan.is_scheduled(now),
        now=now,
        links=shared,
        links_page=shown,
        tokens={link.id: preview_token(link) for link in shared if is_valid(link, now=now)},
        preview_locales=[tag for tag in known_locales() if tag in plan.texts],
        share_form=_share_form(plan),
    )
    return page, status


def _form_of(plan: Plan) -> PublishForm:
    """Prefilled with the scheduled time, or with now."""
    form = PublishForm(formdata=None)
    form.prefill(plan.campaign.published_at, utc_now())
    form.actions.data = _actions_to_open(plan)
    return form


def _actions_to_open(plan: Plan) -> list[int]:
    """The ids of the actions that open with the campaign: all without a later time of their own."""
    opens_at, now = plan.campaign.published_at, utc_now()
    if opens_at:
        return [action.id for action in plan.actions if action.published_at == opens_at]
    return [a.id for a in plan.actions if a.published_at is None or a.published_at <= now]


def _hidden_actions(plan: Plan, at: datetime) -> set[int]:
    """The ids of the actions that are not public at that time."""
    opens_at = plan.campaign.published_at
    return {
        a.id for a in plan.actions if not publishing.is_action_public(a.published_at, opens_at, at)
    }


def _share_form(plan: Plan) -> PreviewLinkForm:
    now, opens_at = utc_now(), plan.campaign.published_at
    form = PreviewLinkForm(formdata=None)
    is_scheduled = opens_at is not None and opens_at > now
    form.expires_at.process_data(opens_at if is_scheduled else now + timedelta(days=LINK_DAYS))
    return form
