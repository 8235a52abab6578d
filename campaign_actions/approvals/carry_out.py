"""Carrying out approved requests later: downloads within a day, and deletion by the worker."""

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection, select, update

from campaign_actions.actions.signatures.invalidation.erase_batch import (
    BATCH_SIZE,
    EraseBatch,
    erase_next_in_transaction,
)
from campaign_actions.approvals.decide import (
    PersonNoLongerAllowed,
    TargetChanged,
    approval_of,
    stop_deferred,
)
from campaign_actions.approvals.models import ApprovalRequest
from campaign_actions.approvals.operations import operation_of, seen_state
from campaign_actions.approvals.queries import find_request
from campaign_actions.core.db.session import db, has_rows, read_snapshot, write_transaction
from campaign_actions.core.db.upsert import advisory_lock
from campaign_actions.core.errors import Conflict, DomainError, NotFound
from campaign_actions.disclosures.export import Export
from campaign_actions.disclosures.guarded_export import GuardedExport
from campaign_actions.staff.dual_control import LOCK, Approval
from campaign_actions.staff.models import StaffMember

MAX_BATCHES = 10  # for a request in one run of the task, so that other work gets its turn


class DownloadExpired(DomainError):
    status = 410
    title = _l("This file can no longer be downloaded")
    message = _l("It was available for 24 hours. Ask for approval again.")


class ExportChanged(Conflict):
    title = TargetChanged.title
    message = _l("The file was not made. Ask for approval again.")


def approved_export(
    request_id: int, *, campaign_id: int, by: StaffMember, now: datetime
) -> tuple[Export, Approval]:
    """The export of a campaign that a requester may download, and its Approval.

    Raises NotFound for the request of someone else or for another campaign, DownloadExpired,
    PersonNoLongerAllowed, ExportChanged.
    """
    with read_snapshot() as connection:
        request = find_request(request_id)
        operation = operation_of(request) if request else None
        if request is None or not isinstance(operation, GuardedExport):
            raise NotFound
        export = operation.export
        if (export.campaign, export.staff_id) != (campaign_id, by.id):
            raise NotFound
        if request.requested_by != by.id or request.state != "approved":
            raise NotFound
        if request.usable_until is None or request.usable_until <= now:
            raise DownloadExpired
        approval = approval_of(request)
        if operation.has_changed(connection, seen_state(request)):
            raise ExportChanged
    return export, approval


def erase_approved(now: datetime) -> None:
    """Continue each approved deletion. For the worker."""
    wanted = select(ApprovalRequest.id).where(*_IS_ERASING)
    if not has_rows(wanted):
        return
    for request_id in db.session.scalars(wanted.order_by(ApprovalRequest.id)).all():
        for _batch in range(MAX_BATCHES):
            if not _erase_next(request_id, now):
                break


_IS_ERASING = ApprovalRequest.state == "approved", ApprovalRequest.kind == "erase-batch"


def _erase_next(request_id: int, now: datetime) -> bool:
    """Erase a batch and count it, in one transaction; whether there is more to erase."""
    with write_transaction() as connection:
        advisory_lock(connection, LOCK)
        request = find_request(request_id)
        if request is None or request.state != "approved":
            return False
        operation = operation_of(request)
        assert isinstance(operation, EraseBatch)
        left = operation.rows - request.rows_done
        try:
            approval = approval_of(request)
        except PersonNoLongerAllowed:
            stop_deferred(connection, request, now)
            return False
        done = erase_next_in_transaction(
            connection, operation, approval=approval, limit=left, now=now
        )
        is_finished = done < min(left, BATCH_SIZE) or done == left
        _update(connection, request_id, rows_done=request.rows_done + done)
        if is_finished:
            _update(connection, request_id, state="done")
    db.session.expire_all()
    return not is_finished


def _update(connection: Connection, request_id: int, **values: object) -> None:
    row = update(ApprovalRequest).where(ApprovalRequest.id == request_id)
    connection.execute(row.values(**values))
