"""Writing an action: new, its texts side by side, its place."""

from typing import Any

from flask import (
    Blueprint,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign_actions.actions.at_work import ActionAtWork
from campaign_actions.actions.workspace import CampaignAtWork, both_at_work, campaign_at_work
from campaign_actions.actions.writing import ACTION, move_action, new_action
from campaign_actions.actions.writing_forms import ActionForm, ActionTextForm, NewActionForm
from campaign_actions.campaigns.editing import (
    Opened,
    save_sheet,
    side_by_side,
    take_out_language,
    words_for,
)
from campaign_actions.campaigns.history import find_content
from campaign_actions.campaigns.merging import Content
from campaign_actions.campaigns.revising import SlugTaken
from campaign_actions.campaigns.sheets import Sheet
from campaign_actions.core.database import utc_now
from campaign_actions.core.i18n import own_locales
from campaign_actions.core.security import with_frame
from campaign_actions.core.slugs import slug_of
from campaign_actions.staff.guards import allows, current_staff, needs

bp = Blueprint("staff_actions_writing", __name__, url_prefix="/staff/campaigns/<int:campaign_id>")


@bp.route("/actions/new/", methods=["GET", "POST"])
@needs("campaigns.edit")
def new(campaign_id: int) -> ResponseReturnValue:
    campaign = campaign_at_work(campaign_id, now=utc_now())
    form = NewActionForm()
    locale = (campaign.locales or own_locales())[0]
    if form.validate_on_submit() and (made := _make(campaign, form, locale)):
        flash(_("The action is there, as a draft: nobody sees it before it is published."))
        return redirect(url_for(".edit", campaign_id=campaign_id, action_id=made), 303)
    status = 400 if form.errors or form.form_errors else 200
    page = render_template("staff/actions/new.html", campaign=campaign, form=form, locale=locale)
    return page, status


@bp.route("/actions/<int:action_id>/edit/", methods=["GET", "POST"])
@needs("campaigns.edit")
def edit(campaign_id: int, action_id: int) -> ResponseReturnValue:
    """All that an action consists of, two languages side by side."""
    campaign, action = both_at_work(campaign_id, action_id, now=utc_now())
    content, number = find_content(ACTION, action_id)
    sheet = _sheet(campaign, action, content)
    if request.method == "GET":
        return _page(campaign, action, sheet, Opened(number))
    saved = save_sheet(ACTION, action_id, sheet, request.form, by=current_staff(), now=utc_now())
    if isinstance(saved, Opened):
        return _page(campaign, action, sheet, saved)
    for words in words_for(saved):
        flash(words)
    tags = list(sheet.texts)
    there: dict[str, Any] = {"campaign_id": campaign_id, "action_id": action_id}
    return redirect(url_for(".edit", **there, left=tags[0], right=tags[-1]), 303)


@bp.route("/actions/<int:action_id>/languages/<text_locale>/remove/", methods=["GET", "POST"])
@needs("campaigns.edit")
def remove_language(campaign_id: int, action_id: int, text_locale: str) -> ResponseReturnValue:
    """Take a language out that the public does not see; the history keeps its texts."""
    campaign, action = both_at_work(campaign_id, action_id, now=utc_now())
    if text_locale not in campaign.removable_of(action):
        abort(404)
    if request.method == "GET":
        return render_template(
            "staff/actions/remove_language.html", campaign=campaign, action=action, tag=text_locale
        )
    take_out_language(ACTION, action_id, text_locale, by=current_staff(), now=utc_now())
    flash(_("The language is taken out. Its texts are in the history."))
    return redirect(url_for(".edit", campaign_id=campaign_id, action_id=action_id), 303)


@bp.post("/actions/<int:action_id>/move/")
@needs("campaigns.edit")
def move(campaign_id: int, action_id: int) -> ResponseReturnValue:
    both_at_work(campaign_id, action_id, now=utc_now())
    step = {"up": -1, "down": 1}.get(request.form.get("to", "")) or abort(400)
    move_action(action_id, step, by=current_staff(), now=utc_now())
    return redirect(url_for("staff_campaigns.show", campaign_id=campaign_id), 303)


def _make(campaign: CampaignAtWork, form: NewActionForm, locale: str) -> int | None:
    try:
        return new_action(
            campaign.id,
            form.slug.data or None,
            {locale: {"title": form.title.data}},
            proposed=slug_of(form.title.data, form.kind.data),
            by=current_staff(),
            now=utc_now(),
            kind=form.kind.data,
            goal=form.goal.data,
        )
    except SlugTaken as error:
        form.slug.errors = [error.message]
        return None


def _sheet(campaign: CampaignAtWork, action: ActionAtWork, content: Content) -> Sheet:
    """What the public sees must be whole, also in a language that comes new to the action."""
    sent = request.form if request.method == "POST" else None
    own = ActionForm(sent)
    if action.published_at:
        own.leave_out(*(name for name in ACTION.fixed if name not in request.form))
    written = action.locales or campaign.locales or own_locales()
    tags = side_by_side(written, (*campaign.locales, *own_locales()), request.values)
    texts = {tag: ActionTextForm(sent, prefix=f"texts.{tag}.") for tag in tags}
    if not allows("campaigns.publish", campaign.id):  # the result is a part of closing
        for text in texts.values():
            text.leave_out("result")
    seen = campaign.public_locales if action.published_at and campaign.published_at else ()
    return Sheet(own, texts, content, is_sent=sent is not None, seen=seen)


def _page(
    campaign: CampaignAtWork, action: ActionAtWork, sheet: Sheet, opened: Opened
) -> ResponseReturnValue:
    page = render_template(
        "staff/actions/edit.html",
        campaign=campaign,
        action=action,
        sheet=sheet,
        opened=opened,
    )
    return with_frame(make_response(page, opened.status))
