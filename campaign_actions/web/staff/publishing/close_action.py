"""When a single action ends. One that has ended can be opened again."""

from flask import (
    Blueprint,
    flash,
    get_template_attribute,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign_actions.actions.action_overview import ActionOverview
from campaign_actions.actions.campaign_overview import CampaignOverview, get_campaign_overview
from campaign_actions.campaigns.versioning.errors import EndsBeforeOpening
from campaign_actions.core.db.session import db, release_connection, utc_now
from campaign_actions.core.errors import Conflict
from campaign_actions.publishing import close
from campaign_actions.publishing.archive import end_before
from campaign_actions.publishing.conflicts import (
    AlreadyClosed,
    CampaignArchived,
    NotOpenYet,
    ScheduleConflict,
    parse_instant,
)
from campaign_actions.publishing.forms import CloseForm, CloseOpenForm
from campaign_actions.publishing.queries import get_plan
from campaign_actions.web.staff.access.authorization import allows, current_staff, needs
from campaign_actions.web.staff.publishing.conflicts import (
    changed_since,
    get_with_times,
    leave_page,
)

bp = Blueprint(
    "staff_publishing_close_action",
    __name__,
    url_prefix="/staff/campaigns/<int:campaign_id>/actions/<int:action_id>",
)


@bp.get("/close/")
@needs("campaigns.publish")
def ask_close(campaign_id: int, action_id: int) -> ResponseReturnValue:
    """An action that has ended can be opened again here."""
    campaign, action = get_with_times(campaign_id, action_id)
    return _close_page(campaign, action, _unread_close_form(action))


@bp.post("/close/")
@needs("campaigns.publish")
def close_action(campaign_id: int, action_id: int) -> ResponseReturnValue:
    campaign, action = get_with_times(campaign_id, action_id)
    form = _close_form_of(action)()
    form.now, is_now = utc_now(), form.when.data == "now"
    if is_now:
        close.check_closable(action.closes_at, is_public=action.is_public, now=form.now)
    if not form.validate():
        return _close_page(campaign, action, form, status=400)
    if is_now and "sure" not in request.form:
        return _close_page(campaign, action, form, asks=True)
    by = current_staff()
    try:
        is_new = close.close_action(
            campaign_id,
            action_id,
            at=form.chosen_time(),
            seen=(parse_instant(form.seen.data),),
            actor=by.email,
            now=form.now,
            staff_id=by.id,
        )
    except EndsBeforeOpening as error:
        form.at.errors = [str(error.message)]
        return _close_page(campaign, action, form, status=400)
    if not is_new:
        flash(_("No changes to save."))
    elif is_now and action.is_public:
        way = _("Reopen action")
        flash(_("The action is closed. To reopen it, choose “%(button)s”.", button=way))
        if links := _next_links(get_campaign_overview(campaign_id, now=utc_now()), action):
            flash(links)
    elif action.has_ended:
        flash(
            _("The action is open again.")
            if action.is_public
            else _("The action will be open again once the campaign is published.")
        )
    else:
        flash(_("Closing time saved") if form.chosen_time() else _("Closing time removed"))
    if not action.is_public:
        return redirect(url_for("staff_publishing_publish.show", campaign_id=campaign_id), 303)
    return redirect(url_for("staff_actions_show.show", **action.ids), 303)


def _next_links(campaign: CampaignOverview, action: ActionOverview) -> str:
    """The ways to tell people what happened, once nobody can take part; "" if there are none."""
    campaign_id, update, archive = action.campaign_id, "", ""
    result = "" if _result_of(campaign, action) else _result_address(campaign, action)
    if action.count and allows("updates.send", campaign_id):
        update = url_for("staff_updates_edit.new", **action.ids)
    if campaign.state == "closed":
        archive = url_for("staff_publishing_close.ask_archive", campaign_id=campaign_id)
    links: str = get_template_attribute("staff/publishing/closed.html", "next_links")(
        result, update, archive
    )
    return links


@bp.errorhandler(ScheduleConflict)
def conflict(_error: ScheduleConflict) -> ResponseReturnValue:
    """The page with the time that someone else has set since, and with what was typed."""
    release_connection()
    campaign, action = get_with_times(**(request.view_args or {}))
    form, problem = _close_form_of(action)(), changed_since(campaign.id)
    return _close_page(campaign, action, form, problem=problem, status=409)


@bp.errorhandler(AlreadyClosed)
@bp.errorhandler(NotOpenYet)
def cannot_close(error: Conflict) -> ResponseReturnValue:
    """The page as it is now: it closed or left the site after someone had opened the page."""
    release_connection()
    campaign, action = get_with_times(**(request.view_args or {}))
    problem = f"{error.title}. {error.message}"
    form = _unread_close_form(action)
    return _close_page(campaign, action, form, problem=problem, status=409)


@bp.errorhandler(CampaignArchived)
def archived(error: CampaignArchived) -> ResponseReturnValue:
    """Someone else has archived the campaign, so its times can no longer change."""
    release_connection()
    return leave_page(error, (request.view_args or {})["campaign_id"])


def _close_form_of(action: ActionOverview) -> type[CloseForm]:
    return CloseOpenForm if action.state == "open" else CloseForm


def _unread_close_form(action: ActionOverview) -> CloseForm:
    """With the closing time. Of an action that was closed before its time, with that time."""
    form = _close_form_of(action)(formdata=None)
    at = action.closes_at
    if action.has_ended:
        at = end_before(db.session.connection(), action.id, at)
    form.prefill(at, utc_now())
    return form


def _result_of(campaign: CampaignOverview, action: ActionOverview) -> str:
    """Whose result the page of the action shows once it is closed: "action", "campaign", or "" for none."""
    plan = get_plan(campaign.id, of=())
    own = plan.find_action(action.id)
    if own and any(text.result for text in own.texts):
        return "action"
    is_last = all(one.state != "open" for one in campaign.actions if one.id != action.id)
    is_written = any(text.result for text in plan.texts.values())
    return "campaign" if is_last and is_written else ""


def _result_address(campaign: CampaignOverview, action: ActionOverview) -> str:
    """Where the result of the action is written; empty for someone who may not write it."""
    if not allows("campaigns.edit", campaign.id):
        return ""
    field = f"texts.{campaign.source_locale}.result"
    return url_for("staff_campaigns_edit.edit_action", **action.ids, _anchor=field)


def _close_page(
    campaign: CampaignOverview,
    action: ActionOverview,
    form: CloseForm,
    *,
    asks: bool = False,
    problem: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    """`asks`: whether to ask before the action closes now."""
    if not asks:
        form.remember(action.closes_at)
    page = render_template(
        "staff/publishing/close_action.html",
        campaign=campaign,
        action=action,
        form=form,
        asks=asks,
        result_of=_result_of(campaign, action) if asks or action.has_ended else "",
        result_address=_result_address(campaign, action),
        problem=problem,
    )
    return page, status
