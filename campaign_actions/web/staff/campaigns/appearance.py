"""The pictures of a campaign and its actions, what is said about them, and the campaign's accent."""

from dataclasses import dataclass, replace

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign_actions.actions.action_overview import ActionOverview
from campaign_actions.actions.campaign_overview import (
    CampaignOverview,
    get_action_and_campaign,
    get_campaign_overview,
)
from campaign_actions.actions.newest.pages import find_newest_pages
from campaign_actions.actions.pictures import of_action
from campaign_actions.campaigns import picture
from campaign_actions.campaigns.appearance import Appearance, file_called
from campaign_actions.campaigns.appearance_forms import AccentForm, PictureForm, picture_form
from campaign_actions.campaigns.models import DEFAULT_FOCUS
from campaign_actions.campaigns.picture import (
    PictureOwner,
    choose_accent,
    describe_picture,
    of_campaign,
    put_picture,
)
from campaign_actions.campaigns.save_form import save_messages
from campaign_actions.campaigns.versioning.drafts import has_draft
from campaign_actions.campaigns.versioning.history import find_content
from campaign_actions.campaigns.versioning.save import Saved
from campaign_actions.core.content.images import MAX_UPLOAD_BYTES, ImageRejected, process_image
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.publishing.checklist.leave_out import leave_out_step
from campaign_actions.web.staff.access.authorization import accepts_files, current_staff, needs
from campaign_actions.web.staff.publishing.checklist import (
    NextPage,
    next_page,
    page_after_saving,
)

bp = Blueprint(
    "staff_campaigns_appearance", __name__, url_prefix="/staff/campaigns/<int:campaign_id>"
)

SKIP = "skip"  # of the button that leads on without a picture
WAYS_ON = ("next", SKIP)


@dataclass(frozen=True)
class Pictured:
    """A campaign, or one of its actions, on the page of its picture."""

    owner: PictureOwner
    campaign: CampaignOverview
    action: ActionOverview | None = None

    @property
    def locales(self) -> tuple[str, ...]:
        return (self.action or self.campaign).locales

    @property
    def picture(self) -> Appearance:
        """Without the picture that an action shows because its campaign has one."""
        locale = (self.action or self.campaign).locale
        newest = find_newest_pages(self.campaign.id, locale=locale, now=utc_now())
        if self.action is None:
            found = newest.appearance
        else:
            found = newest.own_appearances.get(self.action.id, Appearance())
        return found.at(url_for(".edit", campaign_id=self.campaign.id))

    @property
    def address(self) -> str:
        if self.action:
            return url_for(".edit_action", **self.action.ids)
        return url_for(".edit", campaign_id=self.campaign.id)


@bp.route("/appearance/", methods=["GET", "POST"])
@needs("campaigns.edit")
@accepts_files(MAX_UPLOAD_BYTES)
def edit(campaign_id: int) -> ResponseReturnValue:
    """The picture of a campaign and what is said about it."""
    return _edit(_campaign(campaign_id))


@bp.route("/actions/<int:action_id>/picture/", methods=["GET", "POST"])
@needs("campaigns.edit")
@accepts_files(MAX_UPLOAD_BYTES)
def edit_action(campaign_id: int, action_id: int) -> ResponseReturnValue:
    """The same of an action, which shows its campaign's picture unless it has one."""
    return _edit(_action(campaign_id, action_id))


@bp.route("/appearance/remove/", methods=["GET", "POST"])
@needs("campaigns.edit")
def remove_picture(campaign_id: int) -> ResponseReturnValue:
    """GET asks whether it is meant, POST takes the picture away."""
    return _remove(_campaign(campaign_id))


@bp.route("/actions/<int:action_id>/picture/remove/", methods=["GET", "POST"])
@needs("campaigns.edit")
def remove_action_picture(campaign_id: int, action_id: int) -> ResponseReturnValue:
    return _remove(_action(campaign_id, action_id))


@bp.get("/appearance/<string(length=32):name>-<int(max=1600):width>.<any(webp,jpg):suffix>")
@needs("campaigns.view")
def picture_file(campaign_id: int, name: str, width: int, suffix: str) -> ResponseReturnValue:
    """A file of one of its pictures, whatever the public sees; kept by nobody."""
    data, mimetype = file_called(campaign_id, name, width, suffix)
    return Response(data or abort(404), mimetype=mimetype)


def _campaign(campaign_id: int) -> Pictured:
    return Pictured(of_campaign(campaign_id), get_campaign_overview(campaign_id, now=utc_now()))


def _action(campaign_id: int, action_id: int) -> Pictured:
    campaign, action = get_action_and_campaign(campaign_id, action_id, now=utc_now())
    return Pictured(of_action(campaign_id, action_id), campaign, action)


def _edit(pictured: Pictured) -> ResponseReturnValue:
    form, accent_form = _picture_form(pictured), _accent_form(pictured)
    if request.method == "GET":
        return _page(pictured, form, accent_form)
    try:
        saved = _save(pictured, form, accent_form)
    except ImageRejected as refused:
        form.kept.data, form.file.errors = "", [*form.file.errors, str(refused.message)]
        saved = None
    if saved is None:
        return _page(pictured, form, accent_form), 400
    then = request.form.get("then")
    if saved.is_new or then not in WAYS_ON:
        for message in save_messages(saved):
            flash(message)
    if then in WAYS_ON and not pictured.action and pictured.picture.picture is None:
        leave_out_step(pictured.campaign.id, "picture")  # or it would lead back here
    there = _page_after(pictured)
    there.say()
    return redirect(there.address, 303)


def _page_after(pictured: Pictured) -> NextPage:
    if request.form.get("then") == SKIP:
        return next_page(pictured.campaign.id)
    action_id = pictured.owner.action_id
    return page_after_saving(pictured.campaign.id, action_id) or NextPage(pictured.address)


def _save(pictured: Pictured, form: PictureForm, accent_form: AccentForm | None) -> Saved | None:
    """Save what was sent; None if anything is wrong with it. Raises ImageRejected."""
    owner = pictured.owner
    has_accent = accent_form is None or accent_form.validate()
    accent = accent_form.accent.data if accent_form and has_accent else ""
    is_without = form.is_empty() or request.form.get("then") == SKIP
    _content, before = find_content(owner.subject, owner.id)
    if accent_form and not form.has_picture and is_without:
        if not has_accent:
            return None
        _save_accent(pictured, accent)
    else:
        is_valid = form.validate() and has_accent
        _save_picture(pictured, form, accent, is_valid=is_valid)
        if not is_valid:
            return None
    _content, number = find_content(owner.subject, owner.id)
    is_draft = has_draft(db.session.connection(), owner.subject, owner.id)
    return Saved(number, is_new=number != before, is_draft=is_draft)


def _save_accent(pictured: Pictured, accent: str) -> None:
    """Of a campaign that has no picture yet."""
    by = current_staff()
    if accent != pictured.picture.accent:
        choose_accent(pictured.owner.id, accent, actor=by.email, now=utc_now(), staff_id=by.id)


def _save_picture(pictured: Pictured, form: PictureForm, accent: str, *, is_valid: bool) -> None:
    """If anything is wrong, keep the picture that was sent. Raises ImageRejected."""
    owner, former = pictured.owner, pictured.picture.picture
    upload, by = form.upload(), current_staff()
    made = process_image(upload) if upload and not form.file.errors else None
    if not is_valid:
        return form.keep(made) if made else None
    details = form.details(accent)
    if made is None:
        describe_picture(owner, details, actor=by.email, now=utc_now(), staff_id=by.id)
    else:
        if former and form.file.data and details.focus == former.focus:
            details = replace(details, focus=DEFAULT_FOCUS)  # it was that of the former picture
        put_picture(owner, made, details, actor=by.email, now=utc_now(), staff_id=by.id)


def _remove(pictured: Pictured) -> ResponseReturnValue:
    if request.method == "GET":
        appearance = pictured.picture
        if appearance.picture is None:
            return redirect(pictured.address, 303)
        return render_template(
            "staff/campaigns/remove_picture.html",
            campaign=pictured.campaign,
            action=pictured.action,
            appearance=appearance,
            back=pictured.address,
        )
    by = current_staff()
    if picture.remove_picture(pictured.owner, actor=by.email, now=utc_now(), staff_id=by.id):
        flash(_("Picture removed"))
    return redirect(pictured.address, 303)


def _picture_form(pictured: Pictured) -> PictureForm:
    """As it was sent, or as the picture is."""
    content, _number = find_content(pictured.owner.subject, pictured.owner.id)
    source, is_sent = pictured.campaign.source_locale, request.method == "POST"
    return picture_form(pictured.locales, content, source=source, is_sent=is_sent)


def _accent_form(pictured: Pictured) -> AccentForm | None:
    """The same for the accent; an action has that of its campaign."""
    if pictured.action:
        return None
    if request.method == "POST":
        return AccentForm()
    return AccentForm(formdata=None, accent=pictured.picture.accent)


def _page(pictured: Pictured, form: PictureForm, accent_form: AccentForm | None) -> str:
    return render_template(
        "staff/campaigns/appearance.html",
        campaign=pictured.campaign,
        action=pictured.action,
        form=form,
        accent_form=accent_form,
        appearance=pictured.picture,
    )
