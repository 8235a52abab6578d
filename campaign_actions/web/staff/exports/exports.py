"""The exported files: who exported which, and what has changed since."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from flask import Blueprint, Response, abort, current_app, render_template, request
from flask.typing import ResponseReturnValue

from campaign_actions.actions.models import COUNTED
from campaign_actions.actions.personal_data.former_addressees import AddresseeChanged, FormerSigners
from campaign_actions.actions.personal_data.purposes import PURPOSE_LABELS
from campaign_actions.actions.signatures.filters.words import filter_facts
from campaign_actions.approvals.queries import names_with_addresses, usable_exports
from campaign_actions.campaigns.source_names import SourceNames
from campaign_actions.core.concurrency import release_slot
from campaign_actions.core.db.session import read_snapshot, utc_now
from campaign_actions.core.errors import DomainError
from campaign_actions.core.i18n.timezones import to_local
from campaign_actions.core.switches.state import EXPORT, is_off
from campaign_actions.disclosures.changes import CHANGE
from campaign_actions.disclosures.export import Export, export_of, find_base, refuse_while_off
from campaign_actions.disclosures.files import (
    count_records,
    deletions_in,
    is_overdue,
    keep_until,
    of_campaigns,
    open_deletions,
    records,
)
from campaign_actions.disclosures.guarded_export import GuardedExport
from campaign_actions.disclosures.labels import (
    CHANGE_LABELS,
    REASON_LABELS,
    STATE_LABELS,
    code_column,
    columns_to_read,
    format_label,
    headings_in,
)
from campaign_actions.disclosures.models import ExportRecord
from campaign_actions.disclosures.notify import files_needing_deletion
from campaign_actions.disclosures.plan import make_plan
from campaign_actions.staff.dual_control import is_active_now
from campaign_actions.web.http.pagination import paginate
from campaign_actions.web.staff.access.authorization import campaigns_of, current_staff, needs
from campaign_actions.web.staff.approvals.ask import apply_or_request
from campaign_actions.web.staff.exports.lookups import (
    campaigns_to_export,
    is_responsible,
    record_or_404,
)
from campaign_actions.web.staff.exports.send import (
    SAME_ADDRESSEE,
    file_name_today,
    progress_attributes,
    send_export,
)
from campaign_actions.web.staff.responses import page_response

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
    urgent = files_needing_deletion(member, now, keep_months=_keep_months())
    everyone = [*listed, *urgent]
    return render_template(
        "staff/exports/index.html",
        urgent=urgent,
        requests=usable_exports(member, now),
        campaigns=campaigns_to_export(now),
        records=listed,
        page=page,
        deletions=open_deletions([one.id for one in everyone]),
        overdue=_overdue(everyone, now),
        keep_until=_last_moments(listed),
        names=names_with_addresses(one.staff_id for one in listed),
        purposes=PURPOSE_LABELS,
        states=STATE_LABELS,
        now=now,
    )


@bp.get("/<int:export_id>/")
@needs("signatures.export")
def show(export_id: int) -> ResponseReturnValue:
    record, now = record_or_404(export_id), utc_now()
    export = export_of(record)
    return render_template(
        "staff/exports/show.html",
        record=record,
        export=export,
        actions=export.actions(),
        filter=list(
            filter_facts(export.selection, SourceNames((record.campaign_id,)), usual_status=COUNTED)
        ),
        format=format_label(record.format, record.preset),
        deletions=deletions_in(record, limit=DELETIONS_SHOWN),
        deletions_count=open_deletions([record.id]).get(record.id, 0),
        is_overdue=record.id in _overdue([record], now),
        keep_until=_last_moments([record]).get(record.id),
        columns=columns_to_read(export, record.columns),
        code_column=code_column(record),
        is_own=record.staff_id == current_staff().id,
        is_holder=is_responsible(record),
        names=names_with_addresses([record.staff_id, record.destroyed_by]),
        purposes=PURPOSE_LABELS,
        states=STATE_LABELS,
        reasons=REASON_LABELS,
        due_answers=_due_answers(record, export, now),
        now=now,
    )


@bp.get("/<int:export_id>/manifest.json")
@needs("signatures.export")
def manifest(export_id: int) -> ResponseReturnValue:
    """The facts about a complete file, to be kept beside it."""
    record = record_or_404(export_id)
    name = f"{record.file_name}.manifest.json"
    answer = Response(record.manifest or abort(404), mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@bp.get("/<int:export_id>/changes/")
@needs("signatures.export", fresh=True)
def changes(export_id: int) -> ResponseReturnValue:
    """How many signatures have changed since a file."""
    return _changes_page(record_or_404(export_id))


@bp.post("/<int:export_id>/changes/")
@needs("signatures.export", fresh=True)
def download_changes(export_id: int) -> ResponseReturnValue:
    """Send a file with what has changed, or ask for approval."""
    record = record_or_404(export_id)
    export = replace(_increment(record), same_addressee=SAME_ADDRESSEE in request.form)
    try:
        refuse_while_off()
        return apply_or_request(
            GuardedExport(export), lambda approval: send_export(export, approval)
        )
    except AddresseeChanged as error:
        return _changes_page(record, problem=error)
    except DomainError as error:
        return _changes_page(record, error)


def _changes_page(
    record: ExportRecord, error: DomainError | None = None, *, problem: DomainError | None = None
) -> ResponseReturnValue:
    """`error`: why there is no file. `problem`: why it was not sent yet."""
    export, counts = _increment(record), {}
    former: Sequence[FormerSigners] = ()
    if error is None:
        release_slot()
        try:
            base = find_base(export)
            with read_snapshot() as connection:
                plan = make_plan(connection, replace(export, same_addressee=True), base)
                counts, former = plan.count_changes(), plan.former
        except DomainError as found:
            error = found
    page = render_template(
        "staff/exports/changes.html",
        record=record,
        counts=counts,
        labels=CHANGE_LABELS,
        code_column=code_column(record),
        change_column=headings_in(record.words_in, [*record.columns, CHANGE])[-1],
        error=str(error.message) if error else "",
        former=former,
        problem=str(problem.message) if problem else "",
        progress=progress_attributes(file_name_today(export)),
        is_guarded=export.has_contact_data and is_active_now(),
        is_off=is_off(EXPORT),
    )
    refused = error or problem
    return page_response(page, refused.status, retry_after=refused.retry_after) if refused else page


def _increment(record: ExportRecord) -> Export:
    """The same choices as for a record, for the current member."""
    return export_of(record, base=record.id, staff_id=current_staff().id)


def _overdue(found: list[ExportRecord], now: datetime) -> set[int]:
    """The ids of those that have to be deleted as a whole."""
    ids = [one.id for one in found]
    these = is_overdue(now, _keep_months()) & ExportRecord.id.in_(ids)
    return {one.id for one in records(these, limit=len(ids))} if ids else set()


def _due_answers(record: ExportRecord, export: Export, now: datetime) -> list[tuple[str, date]]:
    """The columns with answers to delete, and the last day of taking part whose answers these are."""
    questions = export.expiring_questions() if record.has_due_answers(now) else []
    columns = columns_to_read(export, [question.column for question in questions])
    return [(name, one.last_day(now)) for name, one in zip(columns, questions, strict=True)]


def _last_moments(found: Sequence[ExportRecord]) -> dict[int, datetime]:
    """By id, until when files may be kept, in the organisation's time zone."""
    ends = keep_until([one.id for one in found], _keep_months())
    return {number: to_local(moment) for number, moment in ends.items()}


def _keep_months() -> int:
    months: int = current_app.config["KEEP_MONTHS_AFTER_CLOSING"]
    return months
