"""Writing a campaign: new, its texts side by side, its place, a copy."""

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

from campaign_actions.actions.copying import copy_campaign
from campaign_actions.actions.workspace import CampaignAtWork, campaign_at_work
from campaign_actions.campaigns.editing import (
    Opened,
    save_sheet,
    side_by_side,
    take_out_language,
    words_for,
)
from campaign_actions.campaigns.forms import (
    CampaignForm,
    CampaignTextForm,
    Confirmation,
    NewCampaignForm,
)
from campaign_actions.campaigns.history import find_content
from campaign_actions.campaigns.merging import Content
from campaign_actions.campaigns.revising import SlugTaken
from campaign_actions.campaigns.sheets import Sheet
from campaign_actions.campaigns.writing import CAMPAIGN, move_campaign, new_campaign
from campaign_actions.core.database import utc_now
from campaign_actions.core.i18n import locales, own_locales
from campaign_actions.core.security import with_frame
from campaign_actions.core.slugs import slug_of
from campaign_actions.staff.guards import NotAllowed, allows, campaigns_of, current_staff, needs

bp = Blueprint("staff_writing", __name__, url_prefix="/staff/campaigns")


@bp.route("/new/", methods=["GET", "POST"])
@needs("campaigns.edit")
def new() -> ResponseReturnValue:
    """Only for who may write in all campaigns: it is in no list of theirs yet."""
    if campaigns_of("campaigns.edit") is not None:
        raise NotAllowed
    form = NewCampaignForm()
    locale = request.form.get("locale", own_locales()[0])
    if form.is_submitted():
        if locale not in locales():
            abort(400)
        if form.validate() and (made := _make(form, locale)):
            flash(_("The campaign is there, as a draft: nobody sees it before it is published."))
            return redirect(url_for(".edit", campaign_id=made, left=locale), 303)
    status = 400 if form.errors or form.form_errors else 200
    return render_template("staff/campaigns/new.html", form=form, locale=locale), status


@bp.route("/<int:campaign_id>/edit/", methods=["GET", "POST"])
@needs("campaigns.edit")
def edit(campaign_id: int) -> ResponseReturnValue:
    """All that a campaign consists of besides actions, two languages side by side."""
    campaign = campaign_at_work(campaign_id, now=utc_now())
    content, number = find_content(CAMPAIGN, campaign_id)
    sheet = _sheet(campaign, content)
    if request.method == "GET":
        return _page(campaign, sheet, Opened(number))
    saved = save_sheet(
        CAMPAIGN, campaign_id, sheet, request.form, by=current_staff(), now=utc_now()
    )
    if isinstance(saved, Opened):
        return _page(campaign, sheet, saved)
    for words in words_for(saved):
        flash(words)
    tags = list(sheet.texts)
    return redirect(url_for(".edit", campaign_id=campaign_id, left=tags[0], right=tags[-1]), 303)


@bp.post("/<int:campaign_id>/move/")
@needs("campaigns.edit")
def move(campaign_id: int) -> ResponseReturnValue:
    """Its place among all campaigns: for who may write in all of them."""
    if campaigns_of("campaigns.edit") is not None:
        raise NotAllowed
    step = {"up": -1, "down": 1}.get(request.form.get("to", "")) or abort(400)
    move_campaign(campaign_id, step, by=current_staff(), now=utc_now())
    return redirect(url_for("staff_campaigns.index"), 303)


@bp.route("/<int:campaign_id>/copy/", methods=["GET", "POST"])
@needs("campaigns.edit")
def copy(campaign_id: int) -> ResponseReturnValue:
    """A draft with the same texts, actions and partners."""
    campaign = campaign_at_work(campaign_id, now=utc_now())
    if campaigns_of("campaigns.edit") is not None:
        raise NotAllowed
    if request.method == "GET":
        return render_template("staff/campaigns/copy.html", campaign=campaign, form=Confirmation())
    copied = copy_campaign(campaign_id, by=current_staff(), now=utc_now())
    flash(_("This is the copy, as a draft. Give it a topic and an address of its own."))
    return redirect(url_for(".edit", campaign_id=copied), 303)


@bp.route("/<int:campaign_id>/languages/<text_locale>/remove/", methods=["GET", "POST"])
@needs("campaigns.edit")
def remove_language(campaign_id: int, text_locale: str) -> ResponseReturnValue:
    """Take a language out that the public does not see; the history keeps its texts."""
    campaign = campaign_at_work(campaign_id, now=utc_now())
    if text_locale not in campaign.removable:
        abort(404)
    if request.method == "GET":
        return render_template(
            "staff/campaigns/remove_language.html", campaign=campaign, tag=text_locale
        )
    take_out_language(CAMPAIGN, campaign_id, text_locale, by=current_staff(), now=utc_now())
    flash(_("The language is taken out. Its texts are in the history."))
    return redirect(url_for(".edit", campaign_id=campaign_id), 303)


def _make(form: NewCampaignForm, locale: str) -> int | None:
    texts = {locale: {"title": form.title.data, "headline": form.headline.data or ""}}
    proposed = slug_of(form.title.data, "campaign")
    by, now = current_staff(), utc_now()
    try:
        return new_campaign(form.slug.data or None, texts, proposed=proposed, by=by, now=now)
    except SlugTaken as error:
        form.slug.errors = [error.message]
        return None


def _sheet(campaign: CampaignAtWork, content: Content) -> Sheet:
    """What the public sees must be whole."""
    sent = request.form if request.method == "POST" else None
    own = campaign.locales or own_locales()
    tags = side_by_side(own, own_locales(), request.values)
    texts = {tag: CampaignTextForm(sent, prefix=f"texts.{tag}.") for tag in tags}
    if not allows("campaigns.publish", campaign.id):  # the result is a part of closing
        for text in texts.values():
            text.leave_out("result")
    seen = campaign.public_locales if campaign.published_at else ()
    return Sheet(CampaignForm(sent), texts, content, is_sent=sent is not None, seen=seen)


def _page(campaign: CampaignAtWork, sheet: Sheet, opened: Opened) -> ResponseReturnValue:
    page = render_template(
        "staff/campaigns/edit.html", campaign=campaign, sheet=sheet, opened=opened
    )
    return with_frame(make_response(page, opened.status))
