"""Pages of the partners of a campaign."""

from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign_actions.actions.campaign_overview import CampaignOverview, get_campaign_overview
from campaign_actions.campaigns.bilingual_form import BilingualForm, BilingualPartnerForm
from campaign_actions.campaigns.edit import CAMPAIGN, remove_partner, save_campaign
from campaign_actions.campaigns.forms import PartnerForm, PartnerTextForm
from campaign_actions.campaigns.partners import NEW, order_changes, partners_in
from campaign_actions.campaigns.positions import swap_with_neighbour
from campaign_actions.campaigns.save_form import OpenedForm, save_messages, save_submitted
from campaign_actions.campaigns.versioning.history import find_content
from campaign_actions.campaigns.versioning.save import Saved
from campaign_actions.campaigns.versioning.three_way_merge import Content
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.web.http.form_data import submitted_form
from campaign_actions.web.staff.access.authorization import current_staff, needs
from campaign_actions.web.staff.publishing.checklist import NextPage, page_after_saving

bp = Blueprint(
    "staff_campaigns_partners", __name__, url_prefix="/staff/campaigns/<int:campaign_id>/partners"
)


@dataclass(frozen=True)
class ListedPartner:
    """With its name in the reader's language, or else in any."""

    name: str
    locale: str  # of the name
    locales: list[str]  # in which it has a name
    website: str


@bp.get("/")
@needs("campaigns.edit")
def index(campaign_id: int) -> ResponseReturnValue:
    campaign = get_campaign_overview(campaign_id, now=utc_now())
    content, number = find_content(CAMPAIGN, campaign_id)
    return render_template(
        "staff/campaigns/partners.html",
        campaign=campaign,
        partners=_listed(content, campaign),
        number=number,
    )


@bp.route("/new/", methods=["GET", "POST"])
@needs("campaigns.edit")
def new(campaign_id: int) -> ResponseReturnValue:
    return _edit(get_campaign_overview(campaign_id, now=utc_now()), NEW)


@bp.route("/<int:partner_id>/", methods=["GET", "POST"])
@needs("campaigns.edit")
def edit(campaign_id: int, partner_id: int) -> ResponseReturnValue:
    return _edit(get_campaign_overview(campaign_id, now=utc_now()), str(partner_id))


@bp.post("/<int:partner_id>/move/")
@needs("campaigns.edit")
def move(campaign_id: int, partner_id: int) -> ResponseReturnValue:
    content, number = _content(campaign_id, str(partner_id))
    keys = list(partners_in(content))
    step = {"up": -1, "down": 1}.get(request.form.get("to", "")) or abort(400)
    if swap_with_neighbour(keys, str(partner_id), step):
        saved = save_campaign(
            campaign_id, order_changes(keys), opened_at=number, by=current_staff(), now=utc_now()
        )
        _say(saved)
    return redirect(url_for(".index", campaign_id=campaign_id), 303)


@bp.route("/<int:partner_id>/remove/", methods=["GET", "POST"])
@needs("campaigns.edit")
def remove(campaign_id: int, partner_id: int) -> ResponseReturnValue:
    content, _number = _content(campaign_id, str(partner_id))
    if request.method == "GET":
        rows = CAMPAIGN.read(db.session.connection(), campaign_id)
        campaign = get_campaign_overview(campaign_id, now=utc_now())
        partner = _listed(content, campaign)[str(partner_id)]
        return render_template(
            "staff/campaigns/remove_partner.html",
            campaign=campaign,
            partner=partner,
            is_public=campaign.is_public and str(partner_id) in partners_in(rows),
        )
    remove_partner(campaign_id, str(partner_id), by=current_staff(), now=utc_now())
    flash(_("Partner removed. Its texts are kept in the history."))
    return redirect(url_for(".index", campaign_id=campaign_id), 303)


def _edit(campaign: CampaignOverview, key: str) -> ResponseReturnValue:
    """Name and action points in all languages of the campaign, and one website."""
    content, number = _content(campaign.id, key)
    bilingual_form = _bilingual_form(campaign, key, content)
    if request.method == "GET":
        return _page(campaign, bilingual_form, OpenedForm(number))
    last = {f"partners.{NEW}.position": len(partners_in(content))} if key == NEW else {}
    saved = save_submitted(
        CAMPAIGN,
        campaign.id,
        bilingual_form,
        request.form,
        by=current_staff(),
        now=utc_now(),
        also=last,
    )
    if isinstance(saved, OpenedForm):
        return _page(campaign, bilingual_form, saved)
    _say(saved)
    there = page_after_saving(campaign.id) or NextPage(url_for(".index", campaign_id=campaign.id))
    there.say()
    return redirect(there.address, 303)


def _bilingual_form(campaign: CampaignOverview, key: str, content: Content) -> BilingualForm:
    submitted = submitted_form()
    own = PartnerForm(submitted, prefix=f"partners.{key}.")
    texts = {
        tag: PartnerTextForm(submitted, prefix=f"partners.{key}.{tag}.") for tag in campaign.locales
    }
    return BilingualPartnerForm(own, texts, content, is_submitted=submitted is not None)


def _page(
    campaign: CampaignOverview, bilingual_form: BilingualForm, opened: OpenedForm
) -> ResponseReturnValue:
    page = render_template(
        "staff/campaigns/partner.html",
        campaign=campaign,
        bilingual_form=bilingual_form,
        opened=opened,
    )
    return page, opened.status


def _content(campaign_id: int, key: str) -> tuple[Content, int]:
    get_campaign_overview(campaign_id, now=utc_now())
    content, number = find_content(CAMPAIGN, campaign_id)
    if key != NEW and key not in partners_in(content):
        abort(404)
    return content, number


def _say(saved: Saved) -> None:
    for message in save_messages(saved):
        flash(message)


def _listed(content: Content, campaign: CampaignOverview) -> dict[str, ListedPartner]:
    """By id."""
    found = {}
    for key, partner in partners_in(content).items():
        tags = [tag for tag in campaign.locales if partner.get(f"{tag}.name")]
        name = partner[f"{tags[0]}.name"] if tags else ""
        found[key] = ListedPartner(name, tags[0] if tags else "en", tags, partner["website"])
    return found
