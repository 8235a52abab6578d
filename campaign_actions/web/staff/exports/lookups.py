"""Exports for pages: records, or an error page for people who may not see them, and what can be exported."""

from datetime import datetime

from flask import abort
from flask_babel import lazy_gettext as _l

from campaign_actions.actions.listing.campaigns import ListedCampaign, listed_campaigns
from campaign_actions.core.i18n.locale import locales_current_first
from campaign_actions.disclosures.models import ExportRecord
from campaign_actions.disclosures.notify import holders_of
from campaign_actions.disclosures.records import find_record
from campaign_actions.staff.models import StaffMember
from campaign_actions.web.staff.access.authorization import (
    NotAllowed,
    allows,
    campaigns_of,
    current_staff,
)

MAX_OFFERED = 5  # campaigns


def record_or_404(export_id: int) -> ExportRecord:
    """One of a campaign whose signatures the member may export."""
    record = find_record(export_id)
    if record is None or not allows("signatures.export", record.campaign_id):
        abort(404)
    return record


class NotTheHolder(NotAllowed):
    def __init__(self, holder: StaffMember) -> None:
        self.message = _l(
            "Only the person who made this file can do this: %(name)s.",
            name=holder.name or holder.email,
        )


def own_record(export_id: int) -> ExportRecord:
    """One that the member is responsible for; see `holders_of()`. Else 404, or NotTheHolder."""
    record = record_or_404(export_id)
    if not is_responsible(record):
        raise NotTheHolder(holders_of(record)[0])
    return record


def is_responsible(record: ExportRecord) -> bool:
    return any(member.id == current_staff().id for member in holders_of(record))


def campaigns_to_export(now: datetime) -> list[ListedCampaign]:
    """The newest campaigns that are or were open and whose signatures the member may export."""
    ids = campaigns_of("signatures.export")
    found = [
        (one.published_at, one.id, one)
        for one in listed_campaigns(ids, locales=locales_current_first(), now=now)
        if one.published_at and one.state in ("open", "closed")
    ]
    return [one for *_order, one in sorted(found, reverse=True)[:MAX_OFFERED]]
