"""The page on which a channel that staff have named is renamed, removed or restored."""

from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign_actions.actions.campaign_overview import CampaignOverview, get_campaign_overview
from campaign_actions.campaigns.source_names import RESERVED, SourceNames
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.publishing.sharing.channels import (
    ChannelForm,
    find_channel,
    is_used,
    name_channel,
    remove_channel,
    rename_channel,
    restore_channel,
)
from campaign_actions.web.http.form_data import submitted_form
from campaign_actions.web.staff.access.authorization import current_staff, needs
from campaign_actions.web.staff.responses import flash_and_redirect

bp = Blueprint(
    "staff_sharing_channels",
    __name__,
    url_prefix="/staff/campaigns/<int:campaign_id>/share/channels/<source>",
)


@bp.route("/", methods=["GET", "POST"])
@needs("campaigns.edit")
def edit(campaign_id: int, source: str) -> ResponseReturnValue:
    """Rename it. `of`, `action` and `language` in the address: the page to go back to."""
    campaign = get_campaign_overview(campaign_id, now=utc_now())
    names = SourceNames((campaign_id,))
    channel = find_channel(campaign_id, source, names) or abort(404)
    form = ChannelForm(submitted_form(), channel=channel.name)
    form.names, form.source = names, source
    if form.is_submitted() and form.validate():
        change = rename_channel if channel in db.session else name_channel
        change(campaign_id, name=form.channel.data or "", source=source, **_by(campaign))
        return flash_and_redirect(_("Channel renamed"), _share_page(campaign_id))
    page = render_template(
        "staff/sharing/channel.html",
        campaign=campaign,
        action=next((one for one in campaign.actions if one.id == _back().get("of")), None),
        channel=channel,
        form=form,
        can_be_renamed=names.name(source) == channel.name and source not in RESERVED,
        is_used=is_used(campaign_id, source),
        back=_back(),
        share_page=f"{_share_page(campaign_id)}#all-links",
    )
    return page, 400 if form.errors else 200


@bp.post("/remove/")
@needs("campaigns.edit")
def remove(campaign_id: int, source: str) -> ResponseReturnValue:
    campaign = get_campaign_overview(campaign_id, now=utc_now())
    if not find_channel(campaign_id, source, SourceNames((campaign_id,))):
        abort(404)
    is_kept = remove_channel(campaign_id, source, **_by(campaign))
    there = _share_page(campaign_id, removed=source if is_kept else None)
    return flash_and_redirect(_("Channel removed. Its links still work."), there, category="undone")


@bp.post("/restore/")
@needs("campaigns.edit")
def restore(campaign_id: int, source: str) -> ResponseReturnValue:
    campaign = get_campaign_overview(campaign_id, now=utc_now())
    restore_channel(campaign_id, source, **_by(campaign))
    return flash_and_redirect(_("Channel restored"), _share_page(campaign_id))


def _by(campaign: CampaignOverview) -> dict[str, Any]:
    return {"campaign": campaign.slug, "actor": current_staff().email, "now": utc_now()}


def _back() -> dict[str, Any]:
    """The values of the address that lead back to the page it was opened from."""
    numbers = {name: request.args.get(name, type=int) for name in ("of", "action")}
    found = {**numbers, "language": request.args.get("language")}
    return {name: value for name, value in found.items() if value}


def _share_page(campaign_id: int, *, removed: str | None = None) -> str:
    """From its start, where it says what was done. `removed`: a channel that it offers to restore."""
    values: dict[str, Any] = {**_back(), "removed": removed}
    there = "staff_sharing_share.show"
    return url_for(there, campaign_id=campaign_id, **values)
