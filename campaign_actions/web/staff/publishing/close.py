"""Pages that take a campaign off the site, close it, archive it with its result or reopen it."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign_actions.actions.campaign_overview import get_campaign_overview
from campaign_actions.core.db.session import db, release_connection, utc_now
from campaign_actions.core.errors import DomainError
from campaign_actions.publishing import archive as archiving
from campaign_actions.publishing import close as closing
from campaign_actions.publishing import publish
from campaign_actions.publishing.checks.results import check_results
from campaign_actions.publishing.conflicts import (
    AlreadyArchived,
    CampaignArchived,
    NothingToClose,
    NothingToReopen,
    NotOpen,
    ScheduleConflict,
    parse_instant,
)
from campaign_actions.publishing.forms import ArchiveForm, format_instant, make_archive_form
from campaign_actions.publishing.queries import Plan, get_plan
from campaign_actions.web.staff.access.authorization import current_staff, needs
from campaign_actions.web.staff.publishing.conflicts import (
    NOW_PART_OF_IT,
    changed_since,
    leave_page,
    name_of_closer,
    name_of_reopener,
    requested_part,
)
from campaign_actions.web.staff.publishing.preflight_runs import (
    preflight_context,
    unready_languages,
)
from campaign_actions.web.staff.publishing.publishing_messages import (
    already_closed_words,
    already_reopened_words,
    closed_words,
    reopened_words,
)

bp = Blueprint("staff_publishing_close", __name__, url_prefix="/staff/campaigns/<int:campaign_id>")


@bp.get("/unpublish/")
@needs("campaigns.publish")
def ask_unpublish(campaign_id: int) -> ResponseReturnValue:
    if not get_plan(campaign_id).is_open(utc_now()):
        raise NotOpen
    return _unpublish_page(campaign_id)


@bp.post("/unpublish/")
@needs("campaigns.publish")
def unpublish(campaign_id: int) -> ResponseReturnValue:
    had_drafts = bool(get_campaign_overview(campaign_id, now=utc_now()).drafts)
    publish.unpublish(
        campaign_id,
        seen=parse_instant(request.form.get("seen")),
        actor=current_staff().email,
        staff_id=current_staff().id,
        now=utc_now(),
    )
    words = _("Campaign unpublished. The public can no longer see it.")
    if had_drafts:
        words = f"{words} {NOW_PART_OF_IT}"
    flash(words)
    return _to_publishing(campaign_id)


@bp.get("/close/")
@needs("campaigns.publish")
def ask_close(campaign_id: int) -> ResponseReturnValue:
    plan = get_plan(campaign_id, of=())
    if not plan.is_open(utc_now()):
        raise NotOpen
    campaign = get_campaign_overview(campaign_id, now=utc_now())
    if campaign.state == "archived":
        raise CampaignArchived
    if not any(action.state in ("open", "scheduled") for action in campaign.actions):
        raise NothingToClose
    has_result = any(text.result for text in plan.texts.values())
    return render_template("staff/publishing/close.html", campaign=campaign, has_result=has_result)


@bp.post("/close/")
@needs("campaigns.publish")
def close(campaign_id: int) -> ResponseReturnValue:
    """Close all open actions of a campaign."""
    before, by = get_campaign_overview(campaign_id, now=utc_now()), current_staff()
    closing.close_campaign(campaign_id, actor=by.email, now=utc_now(), staff_id=by.id)
    flash(closed_words(sum(action.state == "scheduled" for action in before.actions)))
    return _to_publishing(campaign_id)


@bp.get("/archive/")
@needs("campaigns.publish")
def ask_archive(campaign_id: int) -> ResponseReturnValue:
    """Asks for the result in each public language."""
    plan = get_plan(campaign_id)
    if not plan.is_open(utc_now()):
        raise NotOpen
    if plan.campaign.archived_at:
        return leave_page(AlreadyArchived(), campaign_id)
    form = make_archive_form(plan.public_locales)(formdata=None)
    for locale in plan.public_locales:
        form.result_in(locale).data = plan.texts[locale].result
    return _archive_page(plan, form)


@bp.post("/archive/")
@needs("campaigns.publish")
def archive(campaign_id: int) -> ResponseReturnValue:
    plan = get_plan(campaign_id)
    form = make_archive_form(plan.public_locales)()
    form.earlier = {locale: plan.texts[locale].result for locale in plan.public_locales}
    is_valid, results = form.validate(), form.results()
    problems = check_results(plan, results or {}, preflight_context(utc_now()))
    if problems or not is_valid:
        form.refuse(problems)
        return _archive_page(plan, form, status=400)
    by = current_staff()
    archiving.archive(
        campaign_id,
        results=results,
        later=form.later(),
        seen=(parse_instant(request.form.get("seen")),),
        actor=by.email,
        now=utc_now(),
        staff_id=by.id,
    )
    flash(_("Result published") if plan.campaign.archived_at else _("Campaign archived"))
    return _to_publishing(campaign_id)


@bp.get("/reopen/")
@needs("campaigns.publish")
def ask_reopen(campaign_id: int) -> ResponseReturnValue:
    plan = get_plan(campaign_id)
    if not plan.is_open(utc_now()):
        raise NotOpen
    campaign = get_campaign_overview(campaign_id, now=utc_now())
    ends = archiving.ends_before_closing(db.session.connection(), campaign_id)
    if campaign.state != "archived" and (not ends or campaign.state == "open"):
        raise NothingToReopen
    return render_template(
        "staff/publishing/reopen.html",
        campaign=campaign,
        ends=ends,
        stays=plan.closed_with_campaign - ends.keys(),
        has_result=any(text.result for text in plan.texts.values()),
        seen=format_instant(campaign.archived_at),
        now=utc_now(),
    )


@bp.post("/reopen/")
@needs("campaigns.publish")
def reopen(campaign_id: int) -> ResponseReturnValue:
    was_archived = get_plan(campaign_id).campaign.archived_at is not None
    by = current_staff()
    opened = archiving.reopen(
        campaign_id,
        seen=(parse_instant(request.form.get("seen")),),
        actor=by.email,
        now=utc_now(),
        staff_id=by.id,
    )
    campaign = get_campaign_overview(campaign_id, now=utc_now())
    with_it = get_plan(campaign_id).closed_with_campaign
    closed = [one.id in with_it for one in campaign.actions if one.state == "closed"]
    counts = opened, closed.count(False), closed.count(True)
    flash(reopened_words(*counts, was_archived=was_archived))
    return _to_publishing(campaign_id)


@bp.errorhandler(archiving.ResultMissing)
@bp.errorhandler(NotOpen)
@bp.errorhandler(ScheduleConflict)
def conflict(error: DomainError) -> ResponseReturnValue:
    """The page as it is now, with what was typed, after someone else has opened or archived the campaign."""
    release_connection()
    campaign_id = (request.view_args or {})["campaign_id"]
    if request.method == "POST" and requested_part() == "archive":
        plan = get_plan(campaign_id)
        form = make_archive_form(plan.public_locales)()
        return _archive_page(plan, form, problem=_news(error, campaign_id), status=409)
    if isinstance(error, ScheduleConflict) and requested_part() == "reopen":
        return leave_page(error, campaign_id, changed_since(campaign_id))
    if isinstance(error, ScheduleConflict) and get_plan(campaign_id).is_open(utc_now()):
        return _unpublish_page(campaign_id, problem=changed_since(campaign_id)), 409
    return leave_page(NotOpen(), campaign_id)


@bp.errorhandler(CampaignArchived)
def archived(error: CampaignArchived) -> ResponseReturnValue:
    release_connection()
    return leave_page(error, (request.view_args or {})["campaign_id"])


@bp.errorhandler(NothingToClose)
def already_closed(error: NothingToClose) -> ResponseReturnValue:
    release_connection()
    campaign_id = (request.view_args or {})["campaign_id"]
    return leave_page(error, campaign_id, already_closed_words(name_of_closer(campaign_id)))


@bp.errorhandler(NothingToReopen)
def already_reopened(error: NothingToReopen) -> ResponseReturnValue:
    release_connection()
    campaign_id = (request.view_args or {})["campaign_id"]
    campaign = get_campaign_overview(campaign_id, now=utc_now())
    opened = sum(action.state == "open" for action in campaign.actions)
    words = already_reopened_words(opened, name_of_reopener(campaign_id))
    return leave_page(error, campaign_id, words)


def _news(error: DomainError, campaign_id: int) -> str:
    is_other = isinstance(error, ScheduleConflict)
    return changed_since(campaign_id) if is_other else f"{error.title}. {error.message}"


def _unpublish_page(campaign_id: int, *, problem: str = "") -> str:
    campaign = get_campaign_overview(campaign_id, now=utc_now())
    return render_template(
        "staff/publishing/unpublish.html",
        campaign=campaign,
        seen=format_instant(campaign.published_at),
        unready=unready_languages(get_plan(campaign_id)),
        problem=problem,
    )


def _archive_page(
    plan: Plan, form: ArchiveForm, *, problem: str = "", status: int = 200
) -> ResponseReturnValue:
    campaign = get_campaign_overview(plan.campaign.id, now=utc_now())
    page = render_template(
        "staff/publishing/archive.html",
        campaign=campaign,
        form=form,
        problem=problem,
        seen=format_instant(campaign.archived_at),
        public_results={tag: plan.texts[tag].result for tag in plan.public_locales},
        pages=[action for action in campaign.actions if action.is_public],
    )
    return page, status


def _to_publishing(campaign_id: int) -> ResponseReturnValue:
    return redirect(url_for("staff_publishing_publish.show", campaign_id=campaign_id), 303)
