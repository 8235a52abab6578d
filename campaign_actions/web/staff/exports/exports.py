"""The exported files: who holds which, what has changed since, and what has to be deleted in them."""

from datetime import UTC, datetime

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from campaign_actions.actions.personal_data.purposes import PURPOSE_LABELS
from campaign_actions.approvals.queries import names_with_addresses
from campaign_actions.core.concurrency import release_slot
from campaign_actions.core.db.session import read_snapshot, utc_now
from campaign_actions.core.errors import DomainError
from campaign_actions.disclosures.export import Export, export_of
from campaign_actions.disclosures.files import (
    count_records,
    deletions_in,
    destroy,
    is_overdue,
    of_campaigns,
    open_deletions,
    records,
    tick_off,
    write_deletions,
)
from campaign_actions.disclosures.guarded_export import GuardedExport
from campaign_actions.disclosures.labels import (
    CHANGE_LABELS,
    REASON_LABELS,
    STATE_LABELS,
    filter_facts,
    format_label,
)
from campaign_actions.disclosures.models import ExportRecord
from campaign_actions.disclosures.notify import files_to_see_to, holders_of
from campaign_actions.disclosures.plan import make_plan
from campaign_actions.disclosures.records import find_base, find_record
from campaign_actions.staff.dual_control import is_active_now
from campaign_actions.web.http.pagination import paginate
from campaign_actions.web.staff.access.authorization import (
    allows,
    campaigns_of,
    current_staff,
    needs,
)
from campaign_actions.web.staff.approvals.ask import apply_or_request
from campaign_actions.web.staff.exports.send import (
    file_name_today,
    progress_attributes,
    send_export,
    stream_file,
)

bp = Blueprint("staff_exports", __name__, url_prefix="/staff/exports")
PAGE_SIZE = 20
DELETIONS_SHOWN = 100


@bp.get("/")
@needs("signatures.export")
def index() -> ResponseReturnValue:
    """The entries that the member has to delete, and all files of the campaigns that they may export."""
    member, now = current_staff(), utc_now()
    condition = of_campaigns(campaigns_of("signatures.export"))
    page = paginate(count_records(condition), size=PAGE_SIZE)
    listed = records(condition, **page.part)
    urgent = files_to_see_to(member, now, keep_months=_keep_months())
    everyone = [*listed, *urgent]
    return render_template(
        "staff/exports/index.html",
        urgent=urgent,
        records=listed,
        page=page,
        deletions=open_deletions([one.id for one in everyone]),
        overdue=_overdue(everyone, now),
        names=names_with_addresses(one.staff_id for one in listed),
        purposes=PURPOSE_LABELS,
        states=STATE_LABELS,
    )


@bp.get("/<int:export_id>/")
@needs("signatures.export")
def show(export_id: int) -> ResponseReturnValue:
    record, now = _record_or_404(export_id), utc_now()
    export = export_of(record)
    return render_template(
        "staff/exports/show.html",
        record=record,
        export=export,
        actions=export.actions(),
        filter=list(filter_facts(export.selection)),
        format=format_label(record.format, record.preset),
        deletions=deletions_in(record, limit=DELETIONS_SHOWN),
        deletions_count=open_deletions([record.id]).get(record.id, 0),
        is_overdue=record.id in _overdue([record], now),
        is_own=record.staff_id == current_staff().id,
        is_holder=_has_to_see_to(record),
        names=names_with_addresses([record.staff_id, record.destroyed_by]),
        purposes=PURPOSE_LABELS,
        states=STATE_LABELS,
        reasons=REASON_LABELS,
        seen=now.isoformat(),
    )


@bp.get("/<int:export_id>/manifest.json")
@needs("signatures.export")
def manifest(export_id: int) -> ResponseReturnValue:
    """The facts about a complete file, to be kept beside it."""
    record = _record_or_404(export_id)
    name = f"{record.file_name}.manifest.json"
    answer = Response(record.manifest or abort(404), mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@bp.get("/<int:export_id>/changes/")
@needs("signatures.export", fresh=True)
def changes(export_id: int) -> ResponseReturnValue:
    """How many signatures have changed since a file."""
    return _changes_page(_record_or_404(export_id))


@bp.post("/<int:export_id>/changes/")
@needs("signatures.export", fresh=True)
def download_changes(export_id: int) -> ResponseReturnValue:
    """Send a file with what has changed, or ask for approval."""
    record = _record_or_404(export_id)
    export = _increment(record)
    try:
        return apply_or_request(
            GuardedExport(export), lambda approval: send_export(export, approval)
        )
    except DomainError as error:
        return _changes_page(record, error)


@bp.post("/<int:export_id>/deletions/")
@needs("signatures.export", fresh=True)
def download_deletions(export_id: int) -> ResponseReturnValue:
    """The entries that have to be deleted in a file, by their codes."""
    record = _record_or_404(export_id)
    return stream_file(
        write_deletions(record), name=f"delete-from-export-{record.id}.csv", mimetype="text/csv"
    )


@bp.post("/<int:export_id>/tick-off/")
@needs("signatures.export")
def tick(export_id: int) -> ResponseReturnValue:
    """Record that entries have been deleted in a file: those that were ticked, or all that were seen."""
    record = _own_record_or_404(export_id)
    chosen = None if "all" in request.form else request.form.getlist("signature_id")
    member = current_staff()
    done = tick_off(
        record, chosen, until=_seen_at(), by=member.id, actor=member.email, now=utc_now()
    )
    flash(ngettext("%(num)d entry ticked off", "%(num)d entries ticked off", done))
    return redirect(url_for(".show", export_id=export_id), 303)


@bp.post("/<int:export_id>/destroy/")
@needs("signatures.export")
def mark_destroyed(export_id: int) -> ResponseReturnValue:
    """Record that a file, and every copy of it, has been deleted."""
    member = current_staff()
    if destroy(_own_record_or_404(export_id), by=member.id, actor=member.email, now=utc_now()):
        flash(_("File marked as deleted. We will not ask you about it again."))
    return redirect(url_for(".show", export_id=export_id), 303)


def _changes_page(record: ExportRecord, error: DomainError | None = None) -> ResponseReturnValue:
    export, counts = _increment(record), {}
    if error is None:
        release_slot()
        try:
            base = find_base(export)
            with read_snapshot() as connection:
                counts = make_plan(connection, export, base).count_changes()
        except DomainError as found:
            error = found
    page = render_template(
        "staff/exports/changes.html",
        record=record,
        counts=counts,
        labels=CHANGE_LABELS,
        error=str(error.message) if error else "",
        progress=progress_attributes(file_name_today(export)),
        is_guarded=export.what_for.has_contact_data and is_active_now(),
    )
    return page, error.status if error else 200


def _increment(record: ExportRecord) -> Export:
    """The same choices as for a record, for the current member."""
    return export_of(record, base=record.id, staff_id=current_staff().id)


def _record_or_404(export_id: int) -> ExportRecord:
    record = find_record(export_id)
    if record is None or not allows("signatures.export", record.campaign_id):
        abort(404)
    return record


def _own_record_or_404(export_id: int) -> ExportRecord:
    """One that the member has to see to."""
    record = _record_or_404(export_id)
    return record if _has_to_see_to(record) else abort(403)


def _has_to_see_to(record: ExportRecord) -> bool:
    return any(member.id == current_staff().id for member in holders_of(record))


def _seen_at() -> datetime:
    """When the member loaded the page whose entries they tick off."""
    try:
        seen = datetime.fromisoformat(request.form.get("seen", ""))
        return min(seen.astimezone(UTC), utc_now()) if seen.tzinfo else abort(400)
    except (ValueError, OverflowError):
        abort(400)


def _overdue(found: list[ExportRecord], now: datetime) -> set[int]:
    """The ids of those that have to be deleted as a whole."""
    ids = [one.id for one in found]
    these = is_overdue(now, _keep_months()) & ExportRecord.id.in_(ids)
    return {one.id for one in records(these, limit=len(ids))} if ids else set()


def _keep_months() -> int:
    months: int = current_app.config["KEEP_MONTHS_AFTER_CLOSING"]
    return months
