"""Publishing a campaign: the pre-flight list, in which languages, now or at an instant."""

from datetime import datetime, timedelta

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign_actions.actions.campaign_overviews import find_campaign_overview
from campaign_actions.actions.signatures.dry_run import Lifetimes
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.i18n.locale import known_locales
from campaign_actions.core.i18n.timezones import datetime_here
from campaign_actions.previews.forms import ShareForm
from campaign_actions.previews.queries import count_links, holds, links_of, token_of
from campaign_actions.publishing import schedule
from campaign_actions.publishing.forms import PublishForm
from campaign_actions.publishing.preflight import preflight
from campaign_actions.publishing.queries import Plan, find_plan_of_action
from campaign_actions.publishing.result import Inspection, Preflight
from campaign_actions.web.http.pagination import paginate
from campaign_actions.web.staff.access.authorization import (
    campaigns_of,
    current_staff,
    needs,
    slow_work,
)

bp = Blueprint("staff_publishing", __name__, url_prefix="/staff/campaigns/<int:campaign_id>")
LINKS_ON_A_PAGE = 20
LINK_DAYS = 7  # how long a preview link is good for, if there is no embargo to end it


@bp.get("/publish/")
@needs("campaigns.view")
def show(campaign_id: int) -> ResponseReturnValue:
    """What there is to look at before the campaign opens, when it does, and who may see it before."""
    return _page(find_plan_of_action(campaign_id))


@bp.post("/publish/look/")
@needs("campaigns.publish")
@slow_work
def look(campaign_id: int) -> ResponseReturnValue:
    """Look through everything, as publishing does: with all mails and a test signature."""
    plan = find_plan_of_action(campaign_id)
    return _page(plan, looked=_try_out(plan, _opens_at(plan)))


@bp.post("/publish/")
@needs("campaigns.publish")
@slow_work
def publish(campaign_id: int) -> ResponseReturnValue:
    """Open the campaign now or at an instant, unless something must be mended before."""
    plan, form = find_plan_of_action(campaign_id), PublishForm()
    form.now = utc_now()
    if not form.validate():
        return _page(plan, form, status=400)
    at = form.instant() or form.now
    ids = {action.id for action in plan.actions} & set(form.actions.data or ())
    left_out = {action.id for action in plan.actions} - ids
    looked = _try_out(plan, at)
    if looked.faults(without_actions=left_out):
        return _page(plan, form, looked=looked, is_refused=True, status=400)
    schedule.publish(
        campaign_id,
        at=at,
        seen=schedule.read_instant(form.seen.data),
        action_ids=ids,
        actor=current_staff().email,
        now=utc_now(),
    )
    flash(
        _("The campaign opens on %(moment)s.", moment=datetime_here(at))
        if form.when.data == "at"
        else _("The campaign is open. The public sees it within seconds.")
    )
    return redirect(url_for(".show", campaign_id=campaign_id), 303)


@bp.post("/publish/languages/")
@needs("campaigns.publish")
@slow_work
def languages(campaign_id: int) -> ResponseReturnValue:
    """Which languages the public sees; one that is not ready joins no campaign that opens or is open."""
    plan = find_plan_of_action(campaign_id)
    wanted = set(request.form.getlist("public")) & plan.texts.keys()
    added = wanted - set(plan.public_locales)
    if opens_at := plan.campaign.published_at:
        at = max(opens_at, utc_now())
        looked = _try_out(plan, at)
        if not wanted or looked.faults(locales=added, without_actions=_hidden(plan, at)):
            return _page(plan, looked=looked, is_refused=True, status=400)
    schedule.set_languages(
        campaign_id,
        wanted,
        seen=request.form.getlist("seen"),
        actor=current_staff().email,
        now=utc_now(),
        staff_id=current_staff().id,
    )
    flash(_("The languages that the public sees are saved."))
    return redirect(url_for(".show", campaign_id=campaign_id), 303)


@bp.post("/publish/cancel/")
@needs("campaigns.publish")
def cancel(campaign_id: int) -> ResponseReturnValue:
    """Take back an instant that is to come."""
    find_plan_of_action(campaign_id)
    schedule.cancel(
        campaign_id,
        seen=schedule.read_instant(request.form.get("seen")),
        actor=current_staff().email,
        now=utc_now(),
    )
    flash(_("The campaign does not open by itself any more."))
    return redirect(url_for(".show", campaign_id=campaign_id), 303)


def _page(
    plan: Plan,
    form: PublishForm | None = None,
    *,
    looked: Preflight | None = None,
    is_refused: bool = False,
    status: int = 200,
) -> ResponseReturnValue:
    now, campaign = utc_now(), plan.campaign
    form = form or _form_of(plan)
    form.renew(campaign.published_at)
    shown = paginate(count_links(campaign.id), size=LINKS_ON_A_PAGE)
    shared = links_of(campaign.id, **shown.part)
    page = render_template(
        "staff/publishing/publish.html",
        campaign=find_campaign_overview(campaign.id, now=utc_now()),
        plan=plan,
        form=form,
        looked=looked or preflight(plan, _how(_opens_at(plan))),
        is_refused=is_refused,
        is_open=plan.is_open(now),
        is_to_come=plan.is_to_come(now),
        now=now,
        links=shared,
        links_page=shown,
        tokens={link.id: token_of(link) for link in shared if holds(link, now=now)},
        preview_locales=[tag for tag in known_locales() if tag in plan.texts],
        share_form=_share_form(plan),
    )
    return page, status


def _form_of(plan: Plan) -> PublishForm:
    """As it stands before anybody has chosen: with the instant that is to come, or now."""
    form = PublishForm(formdata=None)
    form.propose(plan.campaign.published_at, utc_now())
    form.actions.data = _opening(plan)
    return form


def _opens_at(plan: Plan) -> datetime:
    now = utc_now()
    return max(now, plan.campaign.published_at or now)


def _try_out(plan: Plan, at: datetime) -> Preflight:
    return preflight(plan, _how(at, life=Lifetimes.by(current_app.config)))


def _how(at: datetime, life: Lifetimes | None = None) -> Inspection:
    return Inspection(at=at, now=utc_now(), sees=campaigns_of("campaigns.view"), life=life)


def _opening(plan: Plan) -> list[int]:
    """The actions that open with the campaign: all that have no later instant of their own."""
    opens_at, now = plan.campaign.published_at, utc_now()
    if opens_at:
        return [action.id for action in plan.actions if action.published_at == opens_at]
    return [a.id for a in plan.actions if a.published_at is None or a.published_at <= now]


def _hidden(plan: Plan, at: datetime) -> set[int]:
    """The actions that the public does not see then."""
    opens_at = plan.campaign.published_at
    return {a.id for a in plan.actions if not schedule.is_seen(a.published_at, opens_at, at)}


def _share_form(plan: Plan) -> ShareForm:
    now, opens_at = utc_now(), plan.campaign.published_at
    form = ShareForm(formdata=None)
    is_to_come = opens_at is not None and opens_at > now
    form.expires_at.process_data(opens_at if is_to_come else now + timedelta(days=LINK_DAYS))
    return form
