"""The export from the page: the same bytes as the command's, for who says what they are for."""

from collections.abc import Generator, Iterator
from datetime import datetime
from itertools import chain

from flask import Blueprint, Response, abort, current_app, render_template, request
from flask.typing import ResponseReturnValue

from campaign_actions.actions.counts.counts import count_folded
from campaign_actions.actions.models import Action
from campaign_actions.actions.overview import ActionOverview, find_action_overview
from campaign_actions.actions.queries import find_action_named
from campaign_actions.actions.signatures.export import export_signatures
from campaign_actions.actions.signatures.export_operation import (
    Export,
    begin_export,
    progress_attributes,
)
from campaign_actions.actions.signatures.staff_forms import ExportForm
from campaign_actions.approvals.queries import usable_exports
from campaign_actions.approvals.use import approved_export
from campaign_actions.audit.log import record
from campaign_actions.core.concurrency import release_slot
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.errors import DomainError
from campaign_actions.core.i18n.locale import locales_current_first
from campaign_actions.core.i18n.timezones import zone
from campaign_actions.exports import FORMATS
from campaign_actions.staff.authentication.sessions import Watch
from campaign_actions.staff.dual_control import Approval
from campaign_actions.web.http.streaming import Stream
from campaign_actions.web.staff.access.authentication import session_id
from campaign_actions.web.staff.access.authorization import current_staff, needs
from campaign_actions.web.staff.approvals.ask import do_or_ask

bp = Blueprint(
    "staff_export",
    __name__,
    url_prefix="/staff/campaigns/<int:campaign_id>/actions/<int:action_id>/export",
)


@bp.get("/")
@needs("signatures.export", fresh=True)
def choose(campaign_id: int, action_id: int) -> ResponseReturnValue:
    return _page(_action_or_404(campaign_id, action_id), ExportForm())


@bp.post("/")
@needs("signatures.export", fresh=True)
def download(campaign_id: int, action_id: int) -> ResponseReturnValue:
    """Where one person is enough, the file; else a page that asks for a second one."""
    action = _action_or_404(campaign_id, action_id)
    form = ExportForm(request.form)
    if not form.validate():
        return _page(action, form), 400
    operation = Export(
        campaign=campaign_id, action_id=action_id, staff_id=current_staff().id, **form.facts()
    )
    return do_or_ask(operation, lambda approval: _send(action, operation, approval, form))


@bp.post("/<int:request_id>/")
@needs("signatures.export", fresh=True)
def download_approved(campaign_id: int, action_id: int, request_id: int) -> ResponseReturnValue:
    """What a second person has approved: for whoever asked, within a day, as it was asked for."""
    action, staff = _action_or_404(campaign_id, action_id), current_staff()
    operation, approval = approved_export(request_id, by=staff, now=utc_now())
    if operation.action_id != action_id:
        abort(404)
    asked = {name: getattr(operation, name) for name in ExportForm().facts()}
    return _send(action, operation, approval, ExportForm(data=asked))


def _send(
    action: ActionOverview, operation: Export, approval: Approval, form: ExportForm
) -> ResponseReturnValue:
    """Written down before the first byte leaves; the rows come as the database gives them."""
    started = utc_now()
    begin_export(operation, approval=approval, now=started)
    options = {"raw": operation.raw, "bom": operation.bom}
    chunks = export_signatures(_whole(action), operation.format, **options)
    end = {"actor": approval.actor, "subject": action.name, "began": started.isoformat()}
    watched = _to_its_end(chunks, end, Watch(session_id()))
    stream = Stream(current_app._get_current_object(), watched)  # type: ignore[attr-defined]
    release_slot()  # a spreadsheet is made as a whole before it begins
    try:
        first = next(stream)  # what can not be exported is said on a page
    except DomainError as error:
        stream.close()
        form.format.errors = [str(error.message)]
        return _page(action, form), error.status
    return _as_file(first, stream, action, operation.format, started)


def _to_its_end(chunks: Iterator[bytes], end: dict[str, str], watch: Watch) -> Generator[bytes]:
    """A chunk at a time; the log tells afterwards how much went out, and whether it was all.

    It ends early when the session does.
    """
    size, is_whole = 0, False
    try:
        for chunk in chunks:
            if not watch.holds():
                return
            yield chunk
            size += len(chunk)
        is_whole = True
    finally:
        chunks.close()  # type: ignore[attr-defined]
        record("exported", now=utc_now(), bytes=size, whole=is_whole, **end)


def _as_file(
    first: bytes, stream: Stream, action: ActionOverview, format_name: str, moment: datetime
) -> ResponseReturnValue:
    form = FORMATS[format_name]
    name = _file_name(action, moment) + form.suffix
    response = Response(chain([first], stream), mimetype=form.mimetype)
    response.call_on_close(stream.close)
    response.headers["Content-Type"] = form.mimetype
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _file_name(action: ActionOverview, moment: datetime) -> str:
    day = moment.astimezone(zone()).date()
    return f"{action.campaign_slug}-{action.slug}-{day}"


def _page(action: ActionOverview, form: ExportForm) -> str:
    return render_template(
        "staff/export/form.html",
        action=action,
        form=form,
        count=count_folded(action.id),
        progress_attributes=progress_attributes(_file_name(action, utc_now())),
        requests=usable_exports(current_staff(), action.id, utc_now()),
    )


def _action_or_404(campaign_id: int, action_id: int) -> ActionOverview:
    found = find_action_overview(
        campaign_id, action_id, locales=locales_current_first(), now=utc_now()
    )
    return found or abort(404)


def _whole(action: ActionOverview) -> Action:
    return find_action_named(action.campaign_slug, action.slug) or abort(404)
