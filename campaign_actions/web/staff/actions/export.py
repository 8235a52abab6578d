"""The export page: the same bytes as the command writes, for a stated purpose."""

from collections.abc import Generator
from datetime import datetime
from itertools import chain
from typing import Any

from flask import Blueprint, Response, abort, current_app, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from campaign_actions.actions.action_overview import ActionOverview
from campaign_actions.actions.counts.queries import count_folded
from campaign_actions.actions.models import Action
from campaign_actions.actions.personal_data.purposes import PURPOSES, purposes_for
from campaign_actions.actions.queries import find_action_by_name
from campaign_actions.actions.signatures.export import export_signatures
from campaign_actions.actions.signatures.guarded_export import (
    Export,
    progress_attributes,
    record_export,
)
from campaign_actions.actions.signatures.staff_forms import ExportForm
from campaign_actions.approvals.carry_out import approved_export
from campaign_actions.approvals.queries import usable_exports
from campaign_actions.audit.log import record
from campaign_actions.core.concurrency import release_slot
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.errors import DomainError
from campaign_actions.core.i18n.timezones import zone
from campaign_actions.exports import FORMATS
from campaign_actions.staff.authentication.sessions import SessionWatch
from campaign_actions.staff.dual_control import Approval
from campaign_actions.web.http.streaming import Stream
from campaign_actions.web.staff.access.authentication import current_session_id
from campaign_actions.web.staff.access.authorization import current_staff, needs
from campaign_actions.web.staff.approvals.ask import apply_or_request
from campaign_actions.web.staff.lookups import action_or_404

bp = Blueprint(
    "staff_actions_export",
    __name__,
    url_prefix="/staff/campaigns/<int:campaign_id>/actions/<int:action_id>/export",
)
Sent = MultiDict[str, str] | None


@bp.get("/")
@needs("signatures.export", fresh=True)
def choose(campaign_id: int, action_id: int) -> ResponseReturnValue:
    action = action_or_404(campaign_id, action_id)
    return _render(action, _form(action))


@bp.post("/")
@needs("signatures.export", fresh=True)
def download(campaign_id: int, action_id: int) -> ResponseReturnValue:
    """Send the file, or ask for approval if a second person is required."""
    action = action_or_404(campaign_id, action_id)
    form = _form(action, request.form)
    if not form.validate():
        return _render(action, form), 400
    operation = Export(
        campaign=campaign_id, action_id=action_id, staff_id=current_staff().id, **form.options()
    )
    return apply_or_request(operation, lambda approval: _send(action, operation, approval, form))


@bp.post("/<int:request_id>/")
@needs("signatures.export", fresh=True)
def download_approved(campaign_id: int, action_id: int, request_id: int) -> ResponseReturnValue:
    """Send an approved export to the person who requested it, with the options they chose."""
    action, staff = action_or_404(campaign_id, action_id), current_staff()
    operation, approval = approved_export(request_id, by=staff, now=utc_now())
    if operation.action_id != action_id:
        abort(404)
    return _send(action, operation, approval, _form(action, data=operation.options()))


def _send(
    action: ActionOverview, operation: Export, approval: Approval, form: ExportForm
) -> ResponseReturnValue:
    """Record the export, then stream it."""
    started = utc_now()
    record_export(operation, approval=approval, now=started)
    options = {"raw": operation.raw, "bom": operation.bom}
    purpose = PURPOSES[operation.purpose]
    chunks = export_signatures(_full_action(action), purpose, operation.format, **options)
    watched = _stream_and_record(
        chunks,
        SessionWatch(current_session_id()),
        actor=approval.actor,
        subject=action.name,
        started=started,
    )
    stream = Stream(current_app._get_current_object(), watched)  # type: ignore[attr-defined]
    release_slot()  # a spreadsheet is complete before its first chunk is sent
    try:
        first = next(stream, b"")  # an error before the first chunk is shown on the page
    except DomainError as error:
        stream.close()
        form.format.errors = [str(error.message)]
        return _render(action, form), error.status
    return _file_response(first, stream, action, operation.format, started)


def _stream_and_record(
    chunks: Generator[bytes], watch: SessionWatch, *, actor: str, subject: str, started: datetime
) -> Generator[bytes]:
    """Yield the chunks, then record how much was sent and whether that was all.

    Stops early when the session ends.
    """
    size, is_whole = 0, False
    try:
        for chunk in chunks:
            if not watch.is_valid():
                return
            yield chunk
            size += len(chunk)
        is_whole = True
    finally:
        chunks.close()
        record(
            "exported",
            actor=actor,
            now=utc_now(),
            subject=subject,
            began=started.isoformat(),
            bytes=size,
            whole=is_whole,
        )


def _file_response(
    first: bytes, stream: Stream, action: ActionOverview, format_name: str, moment: datetime
) -> ResponseReturnValue:
    file_format = FORMATS[format_name]
    name = _file_name(action, moment) + file_format.suffix
    response = Response(chain([first], stream), mimetype=file_format.mimetype)
    response.call_on_close(stream.close)
    response.headers["Content-Type"] = file_format.mimetype
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _file_name(action: ActionOverview, moment: datetime) -> str:
    day = moment.astimezone(zone()).date()
    return f"{action.campaign_slug}-{action.slug}-{day}"


def _form(action: ActionOverview, sent: Sent = None, **values: Any) -> ExportForm:
    """The form with the purposes for which an action of this kind may be exported."""
    form, purposes = ExportForm(sent, **values), purposes_for(action.kind.name)
    form.offer(purposes)
    if sent is None and len(purposes) == 1:
        form.purpose.data = purposes[0].name
    return form


def _render(action: ActionOverview, form: ExportForm) -> str:
    return render_template(
        "staff/actions/export.html",
        action=action,
        form=form,
        purposes=purposes_for(action.kind.name),
        count=count_folded(action.id),
        progress_attributes=progress_attributes(_file_name(action, utc_now())),
        requests=usable_exports(current_staff(), action.id, utc_now()),
    )


def _full_action(action: ActionOverview) -> Action:
    return find_action_by_name(action.campaign_slug, action.slug) or abort(404)
