"""Deletion in exported files: the entries that have to go, ticking them off, and files that are gone."""

from datetime import UTC, datetime

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from campaign_actions.core.db.session import utc_now
from campaign_actions.disclosures.deletions.reported import (
    destroy,
    record_answers_deleted,
    tick_off,
)
from campaign_actions.disclosures.files import write_deletions
from campaign_actions.web.http.streaming import stream_file
from campaign_actions.web.staff.access.authorization import current_staff, needs
from campaign_actions.web.staff.exports.lookups import own_record, record_or_404

bp = Blueprint("staff_exports_deletions", __name__, url_prefix="/staff/exports")


@bp.post("/<int:export_id>/deletions/")
@needs("signatures.export", fresh=True)
def download_deletions(export_id: int) -> ResponseReturnValue:
    """The entries that have to be deleted in a file, by their codes."""
    record = record_or_404(export_id)
    return stream_file(
        write_deletions(record), name=f"delete-from-export-{record.id}.csv", mimetype="text/csv"
    )


@bp.post("/<int:export_id>/tick-off/")
@needs("signatures.export")
def tick(export_id: int) -> ResponseReturnValue:
    """Record that entries have been deleted in a file: those that were ticked, or all that were seen."""
    record = own_record(export_id)
    chosen = None if "all" in request.form else request.form.getlist("signature_id")
    member = current_staff()
    done = tick_off(
        record, chosen, until=_seen_at(), by=member.id, actor=member.email, now=utc_now()
    )
    flash(ngettext("%(num)d entry ticked off", "%(num)d entries ticked off", done))
    return redirect(url_for("staff_exports.show", export_id=export_id), 303)


@bp.post("/<int:export_id>/answers/")
@needs("signatures.export")
def answers_deleted(export_id: int) -> ResponseReturnValue:
    """Record that the answers whose time was over, as the page listed them, have been deleted in a file."""
    record, seen = own_record(export_id), _seen_at()
    if record_answers_deleted(record, until=seen, actor=current_staff().email, now=utc_now()):
        flash(_("Answers marked as deleted"))
    return redirect(url_for("staff_exports.show", export_id=export_id), 303)


@bp.post("/<int:export_id>/destroy/")
@needs("signatures.export")
def mark_destroyed(export_id: int) -> ResponseReturnValue:
    """Record that a file, and every copy of it, has been deleted."""
    member = current_staff()
    if destroy(own_record(export_id), by=member.id, actor=member.email, now=utc_now()):
        flash(_("File marked as deleted. We will not ask you about it again."))
    return redirect(url_for("staff_exports.show", export_id=export_id), 303)


def _seen_at() -> datetime:
    """When the member loaded the page whose entries they tick off."""
    try:
        seen = datetime.fromisoformat(request.form.get("seen", ""))
        return min(seen.astimezone(UTC), utc_now()) if seen.tzinfo else abort(400)
    except (ValueError, OverflowError):
        abort(400)
