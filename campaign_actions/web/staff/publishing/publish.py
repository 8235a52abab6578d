"""The page that publishes a campaign: pre-flight checks, languages, opening time."""

from datetime import datetime, timedelta

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign_actions.actions.campaign_overview import get_campaign_overview
from campaign_actions.actions.signatures.dry_run import Lifetimes
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.i18n.locale import known_locales
from campaign_actions.core.i18n.timezones import datetime_here
from campaign_actions.previews.forms import PreviewLinkForm
from campaign_actions.previews.queries import (
    count_preview_links,
    is_valid,
    preview_links,
    preview_token,
)
from campaign_actions.publishing import publish as publishing
from campaign_actions.publishing.findings import PreflightContext, PreflightResult
from campaign_actions.publishing.forms import PublishForm
from campaign_actions.publishing.preflight import run_preflight
from campaign_actions.publishing.queries import Plan, get_plan
from campaign_actions.web.http.pagination import paginate
from campaign_actions.web.staff.access.authorization import (
    campaigns_of,
    current_staff,
    needs,
    slow_work,
)

bp = Blueprint(
    "staff_publishing_publish", __name__, url_prefix="/staff/campaigns/<int:campaign_id>"
)
LINKS_PAGE_SIZE = 20
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
    return _page(plan, result=_run_all_checks(plan, _opens_at(plan)))


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
    ids = {action.id for action in plan.actions} & set(form.actions.data or ())
    others = {action.id for action in plan.actions} - ids
    result = _run_all_checks(plan, at)
    if result.blockers(without_actions=others):
        return _page(plan, form, result=result, is_refused=True, status=400)
    publishing.publish(
        campaign_id,
        at=at,
        seen=publishing.parse_instant(form.seen.data),
        action_ids=ids,
        actor=current_staff().email,
        now=utc_now(),
    )
    flash(
        _("Campaign scheduled. It will open on %(moment)s.", moment=datetime_here(at))
        if form.when.data == "at"
        else _("Campaign published. It will appear on the site within seconds.")
    )
    return redirect(url_for(".show", campaign_id=campaign_id), 303)


@bp.post("/publish/languages/")
@needs("campaigns.publish")
@slow_work
def languages(campaign_id: int) -> ResponseReturnValue:
    """Choose the public languages. A new one must be ready if the campaign is scheduled or open."""
    plan = get_plan(campaign_id)
    wanted = set(request.form.getlist("public")) & plan.texts.keys()
    added = wanted - set(plan.public_locales)
    if opens_at := plan.campaign.published_at:
        at = max(opens_at, utc_now())
        result = _run_all_checks(plan, at)
        if not wanted or result.blockers(locales=added, without_actions=_hidden_actions(plan, at)):
            return _page(plan, result=result, is_refused=True, status=400)
    publishing.set_languages(
        campaign_id,
        wanted,
        seen=request.form.getlist("seen"),
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


def _page(
    plan: Plan,
    form: PublishForm | None = None,
    *,
    result: PreflightResult | None = None,
    is_refused: bool = False,
    status: int = 200,
) -> ResponseReturnValue:
    now, campaign = utc_now(), plan.campaign
    form = form or _form_of(plan)
    form.remember(campaign.published_at)
    shown = paginate(count_preview_links(campaign.id), size=LINKS_PAGE_SIZE)
    shared = preview_links(campaign.id, **shown.part)
    page = render_template(
        "staff/publishing/publish.html",
        campaign=get_campaign_overview(campaign.id, now=utc_now()),
        plan=plan,
        form=form,
        preflight=result or run_preflight(plan, _context(_opens_at(plan))),
        is_refused=is_refused,
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


def _opens_at(plan: Plan) -> datetime:
    now = utc_now()
    return max(now, plan.campaign.published_at or now)


def _run_all_checks(plan: Plan, at: datetime) -> PreflightResult:
    return run_preflight(plan, _context(at, Lifetimes.by(current_app.config)))


def _context(opens_at: datetime, lifetimes: Lifetimes | None = None) -> PreflightContext:
    visible_ids = campaigns_of("campaigns.view")
    return PreflightContext(opens_at, utc_now(), visible_ids, lifetimes)


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
