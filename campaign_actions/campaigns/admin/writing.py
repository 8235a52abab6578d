"""Writing a campaign: new, its texts side by side, a preview, its place, a copy."""

from typing import Any

from flask import (
    Blueprint,
    abort,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import refresh

from campaign_actions.actions.copying import copy_campaign
from campaign_actions.actions.queries import find_signed_action
from campaign_actions.actions.workspace import CampaignAtWork, find_campaign_at_work
from campaign_actions.campaigns.forms import (
    CampaignForm,
    CampaignTextForm,
    Confirmation,
    NewCampaignForm,
    Sheet,
)
from campaign_actions.campaigns.history import author_of, find_content, find_revision
from campaign_actions.campaigns.looks import find_look
from campaign_actions.campaigns.merging import Content
from campaign_actions.campaigns.queries import PublicCampaign, partners_of
from campaign_actions.campaigns.revising import EditedMeanwhile, SlugTaken
from campaign_actions.campaigns.writing import (
    CAMPAIGN,
    move_campaign,
    new_campaign,
    save_campaign,
)
from campaign_actions.core.database import utc_now
from campaign_actions.core.i18n import locales, own_locales
from campaign_actions.core.security import in_frame, with_frame
from campaign_actions.core.slugs import slug_of
from campaign_actions.staff.guards import NotAllowed, campaigns_of, current_staff, needs

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
    campaign = _campaign_or_404(campaign_id)
    content, number = find_content(CAMPAIGN, campaign_id)
    tags = chosen_languages(campaign)
    if request.method == "GET":
        return _page(campaign, _sheet(campaign, tags, content, filled=True), number)
    opened_at = _opened_at()
    sheet = _sheet(campaign, tags, content, filled=False)
    if not sheet.validate():
        return _page(campaign, sheet, opened_at, status=400)
    base = find_revision("campaign", campaign_id, max(1, opened_at)) or content
    changes = sheet.changes(base)
    for name in request.form.getlist("take"):
        changes.pop(name, None)
    try:
        saved = save_campaign(
            campaign_id, changes, opened_at=opened_at, by=current_staff(), now=utc_now()
        )
    except SlugTaken as error:
        sheet.own["slug"].errors = [error.message]
        return _page(campaign, sheet, opened_at, status=400)
    except EditedMeanwhile as met:
        sheet.show(met.merged)
        return _page(campaign, sheet, met.number, status=409, met=met)
    flash(_("Saved.") if saved.is_new else _("Nothing was changed."))
    if saved.taken:
        flash(_("Somebody else saved other fields meanwhile: theirs are kept, too."))
    return redirect(url_for(".edit", campaign_id=campaign_id, left=tags[0], right=tags[-1]), 303)


@bp.post("/<int:campaign_id>/preview/<text_locale>/")
@needs("campaigns.edit")
def preview(campaign_id: int, text_locale: str) -> ResponseReturnValue:
    """The public page with what is in the form, saved or not."""
    campaign = _campaign_or_404(campaign_id)
    if text_locale not in locales():
        abort(404)
    form = CampaignTextForm(request.form, prefix=f"texts.{text_locale}.")
    now = utc_now()
    text: dict[str, Any] = {field.short_name: field.data or "" for field in form}
    shown = PublicCampaign(
        id=campaign.id,
        slug=campaign.slug,
        document_index=request.form.get("document_index") or None,
        archived_at=campaign.archived_at,
        **text,
    )
    g.locale = text_locale
    refresh()
    found = [find_signed_action(a.id, locales=[text_locale], now=now) for a in campaign.actions]
    page = render_template(
        "staff/campaigns/preview.html",
        campaign=shown,
        look=find_look(campaign_id, text_locale).at(f"/staff/campaigns/{campaign_id}/picture/"),
        partners=partners_of(campaign_id, text_locale),
        actions=[action for action in found if action],
        as_of=now,
        alternates={},
    )
    return in_frame(make_response(page))


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
    campaign = _campaign_or_404(campaign_id)
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
    campaign = _campaign_or_404(campaign_id)
    is_seen = campaign.published_at and text_locale in campaign.public_locales
    if text_locale not in campaign.locales or is_seen or len(campaign.locales) == 1:
        abort(404)
    if request.method == "GET":
        return render_template(
            "staff/campaigns/remove_language.html", campaign=campaign, tag=text_locale
        )
    content, number = find_content(CAMPAIGN, campaign_id)
    gone = {name: None for name in content if name.startswith(f"texts.{text_locale}.")}
    save_campaign(campaign_id, gone, opened_at=number, by=current_staff(), now=utc_now())
    flash(_("The language is taken out. Its texts are in the history."))
    return redirect(url_for(".edit", campaign_id=campaign_id), 303)


def chosen_languages(campaign: CampaignAtWork) -> list[str]:
    """Left the language that is translated from, right another; one if there is no other."""
    own = campaign.locales or own_locales()
    first = next((tag for tag in locales() if tag in own), own[0])
    left = request.values.get("left", "")
    left = left if left in own else first
    others = [tag for tag in (*own, *own_locales()) if tag != left]
    right = request.values.get("right", "")
    right = right if right in (*own, *locales()) and right != left else (others or [left])[0]
    return list(dict.fromkeys([left, right]))


def _make(form: NewCampaignForm, locale: str) -> int | None:
    texts = {locale: {"title": form.title.data, "headline": form.headline.data or ""}}
    proposed = slug_of(form.title.data, "campaign")
    by, now = current_staff(), utc_now()
    try:
        return new_campaign(form.slug.data or None, texts, proposed=proposed, by=by, now=now)
    except SlugTaken as error:
        form.slug.errors = [error.message]
        return None


def _sheet(campaign: CampaignAtWork, tags: list[str], content: Content, *, filled: bool) -> Sheet:
    own = CampaignForm(None if filled else request.form)
    texts = {
        tag: CampaignTextForm(None if filled else request.form, prefix=f"texts.{tag}.")
        for tag in tags
    }
    sheet = Sheet(own, texts, content)
    if filled:
        sheet.show(content)
    if campaign.published_at:
        for tag in set(tags) & set(campaign.public_locales):
            texts[tag].insist()
    return sheet


def _page(
    campaign: CampaignAtWork,
    sheet: Sheet,
    number: int,
    *,
    status: int = 200,
    met: EditedMeanwhile | None = None,
) -> ResponseReturnValue:
    values: dict[str, Any] = {
        "campaign": campaign,
        "sheet": sheet,
        "number": number,
        "tags": list(sheet.texts),
        "met": met,
        "author": author_of("campaign", campaign.id, met.number) if met else "",
    }
    page = render_template("staff/campaigns/edit.html", **values)
    return with_frame(make_response(page, status))


def _opened_at() -> int:
    sent = request.form.get("version", "")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else 0


def _campaign_or_404(campaign_id: int) -> CampaignAtWork:
    found = find_campaign_at_work(campaign_id, locales=own_locales(), now=utc_now())
    return found or abort(404)
