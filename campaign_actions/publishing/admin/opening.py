"""Publishing: the pre-flight list, now or at an instant, and taking back what opened too early."""

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign_actions.actions.models import Action
from campaign_actions.actions.rehearsing import Life
from campaign_actions.actions.workspace import campaign_at_work
from campaign_actions.core.database import utc_now
from campaign_actions.core.i18n import locales
from campaign_actions.core.pages import page_of
from campaign_actions.core.zones import datetime_here
from campaign_actions.previews.forms import ShareForm
from campaign_actions.previews.queries import count_links, holds, links_of, token_of
from campaign_actions.publishing import publishing
from campaign_actions.publishing.findings import Inspection, Preflight
from campaign_actions.publishing.forms import OpenForm, PublishForm, write_instant
from campaign_actions.publishing.preflighting import preflight
from campaign_actions.publishing.queries import Plan, find_plan, title_of
from campaign_actions.staff.guards import campaigns_of, current_staff, needs

bp = Blueprint("staff_publishing", __name__, url_prefix="/staff/campaigns/<int:campaign_id>")
LINKS_ON_A_PAGE = 20
LINK_DAYS = 7  # how long a preview link is good for, if there is no embargo to end it


@bp.get("/publish/")
@needs("campaigns.view")
def show(campaign_id: int) -> ResponseReturnValue:
    """What there is to look at before the campaign opens, when it does, and who may see it before."""
    return _page(_plan_or_404(campaign_id))


@bp.post("/publish/look/")
@needs("campaigns.publish")
def look(campaign_id: int) -> ResponseReturnValue:
    """Look through everything, as publishing does: with all mails and a test signature."""
    plan = _plan_or_404(campaign_id)
    return _page(plan, looked=_try_out(plan, _opens_at(plan)))


@bp.post("/publish/")
@needs("campaigns.publish")
def publish(campaign_id: int) -> ResponseReturnValue:
    """Open the campaign now or at an instant, unless something must be mended before."""
    plan, form = _plan_or_404(campaign_id), PublishForm()
    form.now = utc_now()
    if not form.validate():
        return _page(plan, form, status=400)
    at = form.instant() or form.now
    ids = {action.id for action in plan.actions} & set(form.actions.data or ())
    left_out = {action.id for action in plan.actions} - ids
    looked = _try_out(plan, at)
    if looked.faults(without_actions=left_out):
        return _page(plan, form, looked=looked, is_refused=True, status=400)
    publishing.publish(
        campaign_id,
        at=at,
        seen=publishing.read_instant(form.seen.data),
        action_ids=ids,
        actor=current_staff().email,
        now=utc_now(),
    )
    flash(
        _("It opens on %(moment)s.", moment=datetime_here(at))
        if form.when.data == "at"
        else _("It is open. The public sees it within seconds.")
    )
    return redirect(url_for(".show", campaign_id=campaign_id), 303)


@bp.post("/publish/languages/")
@needs("campaigns.publish")
def languages(campaign_id: int) -> ResponseReturnValue:
    """Which languages the public sees; one that is not ready joins no campaign that opens or is open."""
    plan = _plan_or_404(campaign_id)
    wanted = set(request.form.getlist("public")) & plan.texts.keys()
    added = wanted - set(plan.public_locales)
    if opens_at := plan.campaign.published_at:
        at = max(opens_at, utc_now())
        looked = _try_out(plan, at)
        if not wanted or looked.faults(locales=added, without_actions=_hidden(plan, at)):
            return _page(plan, looked=looked, is_refused=True, status=400)
    publishing.set_languages(
        campaign_id,
        wanted,
        seen=request.form.getlist("seen"),
        actor=current_staff().email,
        now=utc_now(),
        staff_id=current_staff().id,
    )
    flash(_("Saved which languages the public sees."))
    return redirect(url_for(".show", campaign_id=campaign_id), 303)


@bp.post("/publish/cancel/")
@needs("campaigns.publish")
def cancel(campaign_id: int) -> ResponseReturnValue:
    """Take back an instant that is to come."""
    _plan_or_404(campaign_id)
    publishing.cancel(
        campaign_id,
        seen=publishing.read_instant(request.form.get("seen")),
        actor=current_staff().email,
        now=utc_now(),
    )
    flash(_("It does not open by itself any more."))
    return redirect(url_for(".show", campaign_id=campaign_id), 303)


@bp.get("/unpublish/")
@needs("campaigns.publish")
def ask_unpublish(campaign_id: int) -> ResponseReturnValue:
    plan = _plan_or_404(campaign_id)
    if not plan.is_open(utc_now()):
        raise publishing.NotOpen
    seen = write_instant(plan.campaign.published_at)
    return render_template(
        "staff/publishing/unpublish.html",
        campaign=campaign_at_work(campaign_id, now=utc_now()),
        seen=seen,
    )


@bp.post("/unpublish/")
@needs("campaigns.publish")
def unpublish(campaign_id: int) -> ResponseReturnValue:
    """Take an open campaign off the site."""
    _plan_or_404(campaign_id)
    publishing.unpublish(
        campaign_id,
        seen=publishing.read_instant(request.form.get("seen")),
        actor=current_staff().email,
        now=utc_now(),
    )
    flash(_("The public does not see it any more."))
    return redirect(url_for(".show", campaign_id=campaign_id), 303)


@bp.get("/actions/<int:action_id>/open/")
@needs("campaigns.publish")
def ask_open(campaign_id: int, action_id: int) -> ResponseReturnValue:
    """When a single action opens."""
    plan = _plan_or_404(campaign_id)
    action = plan.find_action(action_id) or abort(404)
    is_later = bool(action.published_at and action.published_at > utc_now())
    form = OpenForm(formdata=None, when="at" if is_later else "now")
    if is_later:
        form.at.process_data(action.published_at)
    return _open_page(plan, action, form)


@bp.post("/actions/<int:action_id>/open/")
@needs("campaigns.publish")
def open_action(campaign_id: int, action_id: int) -> ResponseReturnValue:
    """Open a single action, later than its campaign or now, unless something must be mended."""
    plan = _plan_or_404(campaign_id)
    action = plan.find_action(action_id) or abort(404)
    form = OpenForm()
    form.now = utc_now()
    if not form.validate():
        return _open_page(plan, action, form, status=400)
    at = form.instant()
    if at and (faults := _faults_of(plan, action, at)):
        return _open_page(plan, action, form, faults=faults, status=400)
    publishing.open_action(
        campaign_id,
        action_id,
        at=_with_campaign(plan, form, at),
        seen=publishing.read_instant(form.seen.data),
        actor=current_staff().email,
        now=utc_now(),
    )
    flash(_("Saved when this action opens."))
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
    form.titles = {action.id: title_of(action) for action in plan.actions}
    shown = page_of(count_links(campaign.id), size=LINKS_ON_A_PAGE)
    shared = links_of(campaign.id, **shown.part)
    page = render_template(
        "staff/publishing/publish.html",
        campaign=campaign_at_work(campaign.id, now=utc_now()),
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
        preview_locales=[tag for tag in locales() if tag in plan.texts],
        share_form=_share_form(plan),
    )
    return page, status


def _open_page(
    plan: Plan, action: Action, form: OpenForm, *, faults: Any = (), status: int = 200
) -> ResponseReturnValue:
    form.renew(action.published_at)
    page = render_template(
        "staff/publishing/open.html",
        campaign=campaign_at_work(plan.campaign.id, now=utc_now()),
        action=action,
        title=title_of(action),
        form=form,
        faults=faults,
        is_seen=publishing.is_seen(action.published_at, plan.campaign.published_at, utc_now()),
    )
    return page, status


def _form_of(plan: Plan) -> PublishForm:
    """As it stands before anybody has chosen: with the instant that is to come, or now."""
    is_to_come = plan.is_to_come(utc_now())
    form = PublishForm(formdata=None, when="at" if is_to_come else "now")
    form.actions.data = _opening(plan)
    if is_to_come:
        form.at.process_data(plan.campaign.published_at)
    return form


def _opens_at(plan: Plan) -> datetime:
    now = utc_now()
    return max(now, plan.campaign.published_at or now)


def _try_out(plan: Plan, at: datetime) -> Preflight:
    return preflight(plan, _how(at, life=Life.by(current_app.config)))


def _how(at: datetime, life: Life | None = None) -> Inspection:
    return Inspection(at=at, now=utc_now(), sees=campaigns_of("campaigns.view"), life=life)


def _faults_of(plan: Plan, action: Action, at: Any) -> list[Any]:
    """What must be mended in one action before it opens."""
    return [fault for fault in _try_out(plan, at).faults() if fault.action_id == action.id]


def _with_campaign(plan: Plan, form: OpenForm, at: Any) -> Any:
    """Now, or when its campaign opens, if that is to come; the campaign's own instant or none."""
    if form.when.data != "now" or plan.is_open(form.now):
        return at
    return plan.campaign.published_at


def _opening(plan: Plan) -> list[int]:
    """The actions that open with the campaign: all that have no later instant of their own."""
    opens_at, now = plan.campaign.published_at, utc_now()
    if opens_at:
        return [action.id for action in plan.actions if action.published_at == opens_at]
    return [a.id for a in plan.actions if a.published_at is None or a.published_at <= now]


def _hidden(plan: Plan, at: Any) -> set[int]:
    """The actions that the public does not see then."""
    opens_at = plan.campaign.published_at
    return {a.id for a in plan.actions if not publishing.is_seen(a.published_at, opens_at, at)}


def _share_form(plan: Plan) -> ShareForm:
    now, opens_at = utc_now(), plan.campaign.published_at
    form = ShareForm(formdata=None)
    is_to_come = opens_at is not None and opens_at > now
    form.expires_at.process_data(opens_at if is_to_come else now + timedelta(days=LINK_DAYS))
    return form


def _plan_or_404(campaign_id: int) -> Plan:
    return find_plan(campaign_id) or abort(404)
