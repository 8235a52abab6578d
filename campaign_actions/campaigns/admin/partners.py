"""Partners of a joint campaign: who carries it, in which order, and what was agreed with each."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.validators import StopValidation

from campaign_actions.actions.workspace import CampaignAtWork, find_campaign_at_work
from campaign_actions.campaigns.forms import PartnerForm, PartnerTextForm, Sheet
from campaign_actions.campaigns.history import author_of, find_content, find_revision
from campaign_actions.campaigns.merging import Content
from campaign_actions.campaigns.partnering import NEW, in_order, partners_in, removed
from campaign_actions.campaigns.revising import EditedMeanwhile, SlugTaken
from campaign_actions.campaigns.writing import CAMPAIGN, moved_in, save_campaign
from campaign_actions.core.database import utc_now
from campaign_actions.core.i18n import own_locales
from campaign_actions.staff.guards import current_staff, needs

bp = Blueprint("staff_partners", __name__, url_prefix="/staff/campaigns/<int:campaign_id>/partners")


@bp.get("/")
@needs("campaigns.edit")
def index(campaign_id: int) -> ResponseReturnValue:
    campaign = _campaign_or_404(campaign_id)
    content, number = find_content(CAMPAIGN, campaign_id)
    return render_template(
        "staff/campaigns/partners.html",
        campaign=campaign,
        partners=_named(partners_in(content), campaign),
        number=number,
    )


@bp.route("/new/", methods=["GET", "POST"])
@needs("campaigns.edit")
def new(campaign_id: int) -> ResponseReturnValue:
    return _edit(_campaign_or_404(campaign_id), NEW)


@bp.route("/<int:partner_id>/", methods=["GET", "POST"])
@needs("campaigns.edit")
def edit(campaign_id: int, partner_id: int) -> ResponseReturnValue:
    return _edit(_campaign_or_404(campaign_id), str(partner_id))


@bp.post("/<int:partner_id>/move/")
@needs("campaigns.edit")
def move(campaign_id: int, partner_id: int) -> ResponseReturnValue:
    content, number = _content(campaign_id, str(partner_id))
    keys = list(partners_in(content))
    step = {"up": -1, "down": 1}.get(request.form.get("to", "")) or abort(400)
    if moved_in(keys, str(partner_id), step):
        _save(campaign_id, in_order(keys), number)
    return redirect(url_for(".index", campaign_id=campaign_id), 303)


@bp.route("/<int:partner_id>/remove/", methods=["GET", "POST"])
@needs("campaigns.edit")
def remove(campaign_id: int, partner_id: int) -> ResponseReturnValue:
    content, number = _content(campaign_id, str(partner_id))
    if request.method == "GET":
        campaign = _campaign_or_404(campaign_id)
        partner = _named(partners_in(content), campaign)[str(partner_id)]
        return render_template(
            "staff/campaigns/remove_partner.html", campaign=campaign, partner=partner
        )
    _save(campaign_id, removed(content, str(partner_id)), number)
    flash(_("The partner is taken out. The history keeps what was written."))
    return redirect(url_for(".index", campaign_id=campaign_id), 303)


def _edit(campaign: CampaignAtWork, key: str) -> ResponseReturnValue:
    """Name and points in all languages of the campaign, and one website."""
    content, number = _content(campaign.id, key)
    sheet = _sheet(campaign, key, content)
    if request.method == "GET":
        return _page(campaign, sheet, number)
    opened_at = _opened_at()
    if not sheet.validate() or not _has_name(sheet):
        return _page(campaign, sheet, opened_at, status=400)
    base = find_revision("campaign", campaign.id, max(1, opened_at)) or content
    changes = sheet.changes(base)
    if key == NEW:
        changes[f"partners.{NEW}.position"] = len(partners_in(content))
    for name in request.form.getlist("take"):
        changes.pop(name, None)
    try:
        _save(campaign.id, changes, opened_at)
    except EditedMeanwhile as met:
        sheet.show(met.merged)
        return _page(campaign, sheet, met.number, status=409, met=met)
    flash(_("Saved."))
    return redirect(url_for(".index", campaign_id=campaign.id), 303)


def _sheet(campaign: CampaignAtWork, key: str, content: Content) -> Sheet:
    sent = request.form if request.method == "POST" else None
    own = PartnerForm(sent, prefix=f"partners.{key}.")
    texts = {
        tag: PartnerTextForm(sent, prefix=f"partners.{key}.{tag}.") for tag in campaign.locales
    }
    sheet = Sheet(own, texts, content)
    sheet.known = {tag for tag in texts if f"partners.{key}.{tag}.name" in content}
    if sent is None:
        sheet.show(content)
    return sheet


def _has_name(sheet: Sheet) -> bool:
    """A partner needs a name in one language at least."""
    if any(form["name"].data for form in sheet.texts.values()):
        return True
    first = next(iter(sheet.texts.values()))
    first["name"].errors = [str(StopValidation(_("Write the name in one language at least.")))]
    return False


def _page(
    campaign: CampaignAtWork,
    sheet: Sheet,
    number: int,
    *,
    status: int = 200,
    met: EditedMeanwhile | None = None,
) -> ResponseReturnValue:
    author = author_of("campaign", campaign.id, met.number) if met else ""
    page = render_template(
        "staff/campaigns/partner.html",
        campaign=campaign,
        sheet=sheet,
        number=number,
        met=met,
        author=author,
    )
    return page, status


def _content(campaign_id: int, key: str) -> tuple[dict[str, Any], int]:
    _campaign_or_404(campaign_id)
    content, number = find_content(CAMPAIGN, campaign_id)
    if key != NEW and key not in partners_in(content):
        abort(404)
    return content, number


def _save(campaign_id: int, changes: Content, opened_at: int) -> None:
    try:
        save_campaign(campaign_id, changes, opened_at=opened_at, by=current_staff(), now=utc_now())
    except SlugTaken:
        abort(409)


def _named(
    partners: dict[str, dict[str, Any]], campaign: CampaignAtWork
) -> dict[str, dict[str, Any]]:
    """With a name to show: in the reader's language, else in any."""
    for partner in partners.values():
        tag = next((t for t in campaign.locales if partner.get(f"{t}.name")), "")
        partner["name"], partner["locale"] = partner.get(f"{tag}.name", ""), tag or "en"
        partner["locales"] = [t for t in campaign.locales if partner.get(f"{t}.name")]
    return partners


def _opened_at() -> int:
    sent = request.form.get("version", "")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else 0


def _campaign_or_404(campaign_id: int) -> CampaignAtWork:
    found = find_campaign_at_work(campaign_id, locales=own_locales(), now=utc_now())
    return found or abort(404)
