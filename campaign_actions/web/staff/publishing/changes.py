"""The changes that the public does not see yet: how they differ, publishing and discarding them."""

from collections.abc import Collection
from typing import TypedDict

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign_actions.actions.campaign_overview import CampaignOverview, get_campaign_overview
from campaign_actions.actions.questions.whole_changes import fields_of
from campaign_actions.actions.signatures.dry_run import Lifetimes
from campaign_actions.campaigns import picture_content
from campaign_actions.campaigns.versioning.errors import EditConflict, SlugTaken
from campaign_actions.campaigns.versioning.save import save_changes
from campaign_actions.core.db.session import db, release_connection, utc_now
from campaign_actions.core.errors import Conflict
from campaign_actions.core.i18n.timezones import datetime_here
from campaign_actions.publishing import changes as verbs
from campaign_actions.publishing.schedule_changes import cancel_schedule, schedule_changes
from campaign_actions.web.staff.access.authorization import (
    current_staff,
    needs,
    slow_work,
)
from campaign_actions.web.staff.publishing.changed_fields import seen_drafts, shown_drafts
from campaign_actions.web.staff.publishing.changes_page import (
    changes_page,
    check,
    chosen_drafts,
    chosen_part,
    is_unconfirmed,
    make_form,
    refusal,
)
from campaign_actions.web.staff.publishing.conflicts import (
    news_of_gone,
    news_of_hidden,
    news_since,
    requested_part,
)
from campaign_actions.web.staff.publishing.edit_addresses import is_of_look
from campaign_actions.web.staff.publishing.new_languages import chosen_new_languages
from campaign_actions.web.staff.publishing.publishing_messages import published_words

bp = Blueprint(
    "staff_publishing_changes", __name__, url_prefix="/staff/campaigns/<int:campaign_id>/changes"
)


class Decision(TypedDict):
    """The drafts and times that someone saw, the new languages that they ticked, and who they are."""

    seen: verbs.Seen
    times: verbs.Times
    new_languages: Collection[str] | None
    actor: str
    staff_id: int


@bp.get("/")
@needs("campaigns.view")
def show(campaign_id: int) -> ResponseReturnValue:
    """The public texts beside the drafts, and the checks that are quick."""
    campaign = get_campaign_overview(campaign_id, now=utc_now())
    drafts = chosen_drafts(campaign)
    if not drafts:
        flash(f"{verbs.NoChanges.title}.")
        return redirect(_chosen_page(campaign), 303)
    form = make_form(drafts)
    return changes_page(campaign, drafts, form, check(campaign, drafts, form))


@bp.post("/publish/")
@needs("campaigns.publish")
@slow_work
def publish(campaign_id: int) -> ResponseReturnValue:
    """Publish the drafts that the page showed, now or at a time, unless something must be fixed first."""
    campaign = get_campaign_overview(campaign_id, now=utc_now())
    drafts, (seen, times) = chosen_drafts(campaign), seen_drafts()
    if not drafts:
        raise verbs.NoChanges
    if {draft.key: draft.number for draft in drafts} != seen:
        raise verbs.ChangesConflict
    form = make_form(drafts, is_sent=True)
    if not form.validate():
        checks = check(campaign, drafts, form)
        return changes_page(campaign, drafts, form, checks, refused=refusal(form)), 400
    checks = check(campaign, drafts, form, Lifetimes.by(current_app.config))
    if checks.blockers or is_unconfirmed(checks, request.form):
        return changes_page(campaign, drafts, form, checks, refused=refusal(form)), 400
    by = current_staff()
    facts: Decision = {
        "seen": seen,
        "times": times,
        "new_languages": chosen_new_languages(),
        "actor": by.email,
        "staff_id": by.id,
    }
    if form.is_later and (at := form.chosen_time()):
        schedule_changes(campaign_id, at=at, now=utc_now(), **facts)
        moment = datetime_here(at)
        flash(_("Changes scheduled. They will be published on %(moment)s.", moment=moment))
        return redirect(url_for(".show", campaign_id=campaign_id, of=chosen_part() or None), 303)
    shown = shown_drafts(campaign, drafts, now=utc_now())
    try:
        verbs.publish_changes(campaign_id, now=utc_now(), **facts)
    except SlugTaken as error:
        problem = str(error.message)
        page = changes_page(campaign, drafts, form, checks, refused=refusal(form), problem=problem)
        return page, 409
    flash(published_words(get_campaign_overview(campaign_id, now=utc_now()), shown))
    return redirect(_chosen_page(campaign), 303)


def _chosen_page(campaign: CampaignOverview) -> str:
    """The address of the action that the request is about, or else of the campaign."""
    of = chosen_part()
    if action := next((one for one in campaign.actions if str(one.id) == of), None):
        return url_for("staff_actions_show.show", **action.ids)
    return url_for("staff_campaigns_index.show", campaign_id=campaign.id)


@bp.post("/cancel/")
@needs("campaigns.publish")
def cancel(campaign_id: int) -> ResponseReturnValue:
    """Leave drafts until someone publishes them, or stop showing why they were not published."""
    get_campaign_overview(campaign_id, now=utc_now())
    seen, times = seen_drafts()
    by = current_staff()
    cancel_schedule(
        campaign_id, seen=seen, times=times, actor=by.email, now=utc_now(), staff_id=by.id
    )
    flash(_("The changes are no longer scheduled. They stay a draft until someone publishes them."))
    return redirect(url_for(".show", campaign_id=campaign_id, of=chosen_part() or None), 303)


@bp.get("/discard/")
@needs("campaigns.edit")
def ask_discard(campaign_id: int) -> ResponseReturnValue:
    campaign = get_campaign_overview(campaign_id, now=utc_now())
    drafts = chosen_drafts(campaign)
    if not drafts:
        raise verbs.NoChanges
    shown = shown_drafts(campaign, drafts, now=utc_now())
    names = [field.difference.name for one in shown for field in one.fields]
    return render_template(
        "staff/publishing/discard_changes.html",
        campaign=campaign,
        drafts=shown,
        chosen=chosen_part(),
        has_look=any(map(is_of_look, names)),
    )


@bp.post("/discard/")
@needs("campaigns.edit")
def discard(campaign_id: int) -> ResponseReturnValue:
    get_campaign_overview(campaign_id, now=utc_now())
    by = current_staff()
    seen, _times = seen_drafts()
    verbs.discard_changes(campaign_id, seen=seen, actor=by.email, staff_id=by.id, now=utc_now())
    flash(_("Draft discarded. The public page was not changed, and the history keeps the draft."))
    return redirect(url_for("staff_campaigns_index.show", campaign_id=campaign_id), 303)


@bp.post("/undo/")
@needs("campaigns.edit")
def undo(campaign_id: int) -> ResponseReturnValue:
    """Give one field of a draft the value that the public sees."""
    campaign = get_campaign_overview(campaign_id, now=utc_now())
    (seen, _times), name = seen_drafts(), request.form.get("field", "")
    draft = next((one for one in campaign.drafts if one.key in seen), None)
    if draft is None:
        raise verbs.NoChanges
    public = draft.subject.read(db.session.connection(), draft.subject_id)
    own = fields_of(name, draft.content, public)
    names = picture_content.FIELDS if name == "picture" else own
    if not own or not all(one in draft.content or one in public for one in names):
        abort(404)
    try:
        save_changes(
            draft.subject,
            draft.subject_id,
            {one: public.get(one) for one in names},
            opened_at=seen[draft.key],
            by=current_staff(),
            now=utc_now(),
            is_return=True,
        )
    except EditConflict:
        raise verbs.ChangesConflict from None
    flash(_("Change undone. The draft has the public text again."))
    return redirect(url_for(".show", campaign_id=campaign_id, of=chosen_part()), 303)


@bp.errorhandler(verbs.ChangesConflict)
@bp.errorhandler(verbs.NoChanges)
@bp.errorhandler(verbs.TimeChanged)
def conflict(error: Conflict) -> ResponseReturnValue:
    """The drafts as they are now, after someone else has saved, published, discarded or scheduled some."""
    release_connection()
    campaign_id = (request.view_args or {})["campaign_id"]
    campaign = get_campaign_overview(campaign_id, now=utc_now())
    drafts = chosen_drafts(campaign)
    if not drafts:
        is_public = campaign.is_public
        gone = news_of_gone(campaign_id, has_others=False) if is_public else news_of_hidden()
        flash(gone, "warning")
        return redirect(url_for("staff_campaigns_index.show", campaign_id=campaign_id), 303)
    form = make_form(drafts, is_sent=requested_part() == "publish")
    checks = check(campaign, drafts, form)
    problem = news_since(error, campaign_id, drafts)
    return changes_page(campaign, drafts, form, checks, problem=problem, refused=refusal(form)), 409
