"""Records of exports for pages, or an error page for people who may not see them."""

from flask import abort

from campaign_actions.disclosures.models import ExportRecord
from campaign_actions.disclosures.notify import holders_of
from campaign_actions.disclosures.records import find_record
from campaign_actions.web.staff.access.authorization import allows, current_staff


def record_or_404(export_id: int) -> ExportRecord:
    """One of a campaign whose signatures the member may export."""
    record = find_record(export_id)
    if record is None or not allows("signatures.export", record.campaign_id):
        abort(404)
    return record


def own_record_or_404(export_id: int) -> ExportRecord:
    """One that the member is responsible for; see `holders_of()`."""
    record = record_or_404(export_id)
    return record if is_responsible(record) else abort(403)


def is_responsible(record: ExportRecord) -> bool:
    return any(member.id == current_staff().id for member in holders_of(record))
