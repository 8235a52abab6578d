"""The appearance of a campaign: its picture, what is on it in each language, and its accent."""

from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign_actions.actions.campaign_overview import CampaignOverview, get_campaign_overview
from campaign_actions.campaigns import picture
from campaign_actions.campaigns.appearance import file_called, find_appearance, find_picture
from campaign_actions.campaigns.appearance_forms import AccentForm, PictureForm, picture_form
from campaign_actions.campaigns.picture import choose_accent, describe_picture, put_picture
from campaign_actions.campaigns.queries import picture_alts
from campaign_actions.core.content.images import MAX_UPLOAD_BYTES, ImageRejected, process_image
from campaign_actions.core.db.session import utc_now
from campaign_actions.web.staff.access.authorization import accepts_files, current_staff, needs

bp = Blueprint(
    "staff_campaigns_appearance",
    __name__,
    url_prefix="/staff/campaigns/<int:campaign_id>/appearance",
)


@bp.route("/", methods=["GET", "POST"])
@needs("campaigns.edit")
@accepts_files(MAX_UPLOAD_BYTES)
def edit(campaign_id: int) -> ResponseReturnValue:
    """The picture and what is on it."""
    campaign = get_campaign_overview(campaign_id, now=utc_now())
    form = _picture_form(campaign)
    if request.method == "GET" or not form.validate():
        return _page(campaign, form), 200 if request.method == "GET" else 400
    try:
        _save(campaign, form)
    except ImageRejected as refused:
        form.file.errors = [*form.file.errors, str(refused.message)]
        return _page(campaign, form), 400
    flash(_("Picture saved"))
    return _back(campaign_id)


@bp.route("/remove/", methods=["GET", "POST"])
@needs("campaigns.edit")
def remove_picture(campaign_id: int) -> ResponseReturnValue:
    """GET asks whether it is meant, POST takes the picture away."""
    campaign = get_campaign_overview(campaign_id, now=utc_now())
    if request.method == "GET":
        appearance = find_appearance(campaign.id, campaign.locale).at(_place(campaign_id))
        if appearance.picture is None:
            return _back(campaign_id)
        values = {"campaign": campaign, "appearance": appearance}
        return render_template("staff/campaigns/remove_picture.html", **values)
    by = current_staff()
    if picture.remove_picture(campaign_id, actor=by.email, now=utc_now(), staff_id=by.id):
        flash(_("Picture removed"))
    return _back(campaign_id)


@bp.post("/accent/")
@needs("campaigns.edit")
def save_accent(campaign_id: int) -> ResponseReturnValue:
    """Choose the accent of the campaign."""
    campaign = get_campaign_overview(campaign_id, now=utc_now())
    form = AccentForm()
    if not form.validate():
        return _page(campaign, _picture_form(campaign, is_sent=False), form), 400
    by = current_staff()
    choose_accent(campaign_id, form.accent.data, actor=by.email, now=utc_now(), staff_id=by.id)
    flash(_("Colour saved"))
    return _back(campaign_id)


@bp.get("/<string(length=32):name>-<int(max=1600):width>.<any(webp,jpg):suffix>")
@needs("campaigns.view")
def picture_file(campaign_id: int, name: str, width: int, suffix: str) -> ResponseReturnValue:
    """A file of its picture, whatever the public sees; kept by nobody."""
    data, mimetype = file_called(campaign_id, name, width, suffix)
    return Response(data or abort(404), mimetype=mimetype)


def _save(campaign: CampaignOverview, form: PictureForm) -> None:
    """Raises ImageRejected."""
    facts: dict[str, Any] = {"alts": form.alts(), "focus": int(form.focus.data)}
    by = current_staff()
    facts |= {"actor": by.email, "now": utc_now(), "staff_id": by.id}
    upload = form.upload()
    if upload is None:
        describe_picture(campaign.id, **facts)
    else:
        put_picture(campaign.id, process_image(upload), **facts)


def _picture_form(campaign: CampaignOverview, *, is_sent: bool = True) -> PictureForm:
    """As it was sent, or as the picture is."""
    picture = find_picture(campaign.id)
    known = picture_alts(campaign.id)
    return picture_form(
        campaign.locales,
        known,
        focus=picture.focus if picture else 5,
        has_picture=picture is not None,
        is_sent=is_sent and request.method == "POST",
    )


def _page(
    campaign: CampaignOverview, form: PictureForm, accent_form: AccentForm | None = None
) -> str:
    appearance = find_appearance(campaign.id, campaign.locale)
    return render_template(
        "staff/campaigns/appearance.html",
        campaign=campaign,
        form=form,
        accent_form=accent_form or AccentForm(formdata=None, accent=appearance.accent),
        appearance=appearance.at(_place(campaign.id)),
    )


def _place(campaign_id: int) -> str:
    return url_for("staff_campaigns_appearance.edit", campaign_id=campaign_id)


def _back(campaign_id: int) -> ResponseReturnValue:
    return redirect(url_for("staff_campaigns_appearance.edit", campaign_id=campaign_id), 303)
