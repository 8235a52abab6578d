"""What an approval allows to be done later: a download within a day, and deletion by the worker."""

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection, select, update

from campaign_actions.actions.signatures.export_operation import Export
from campaign_actions.actions.signatures.invalidation.erase_batch import (
    MAX_ROWS,
    EraseBatch,
    erase_next,
)
from campaign_actions.approvals.decide import PersonGone, TargetChanged, approval_of, stop
from campaign_actions.approvals.models import ApprovalRequest
from campaign_actions.approvals.queries import find_request
from campaign_actions.approvals.registry import operation_of, seen_by
from campaign_actions.core.db.session import db, has_rows, read_snapshot, write_transaction
from campaign_actions.core.db.upsert import advisory_lock
from campaign_actions.core.errors import DomainError, NotFound
from campaign_actions.staff.dual_control import LOCK, Approval
from campaign_actions.staff.models import StaffMember

ROUNDS = 10  # transactions of one turn of the worker, which has other work as well


class ApprovalOver(DomainError):
    status = 410
    title = _l("This file can no longer be downloaded")
    message = _l("It was available for 24 hours. Ask for approval again.")


def approved_export(request_id: int, *, by: StaffMember, now: datetime) -> tuple[Export, Approval]:
    """The export that this person may download, and on whose word.

    Raises NotFound for anybody else's, ApprovalOver, PersonGone, TargetChanged.
    """
    with read_snapshot() as connection:
        request = find_request(request_id)
        operation = operation_of(request) if request else None
        if request is None or not isinstance(operation, Export) or operation.staff_id != by.id:
            raise NotFound
        if request.requested_by != by.id or request.state != "approved":
            raise NotFound
        if request.usable_until is None or request.usable_until <= now:
            raise ApprovalOver
        approval = approval_of(request)
        if operation.has_changed(connection, seen_by(request)):
            raise TargetChanged
    return operation, approval


def erase_approved(now: datetime) -> None:
    """For the worker: go on with each approved deletion, where it was left."""
    wanted = select(ApprovalRequest.id).where(*_ARE_ERASING)
    if not has_rows(wanted):
        return
    for request_id in db.session.scalars(wanted.order_by(ApprovalRequest.id)).all():
        for _round in range(ROUNDS):
            if not _erase_next(request_id, now):
                break


_ARE_ERASING = ApprovalRequest.state == "approved", ApprovalRequest.kind == "erase-batch"


def _erase_next(request_id: int, now: datetime) -> bool:
    """Erase some, in one transaction with how many it was; whether there are more to come."""
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
        except PersonGone:
            stop(connection, request, now)
            return False
        done = erase_next(connection, operation, approval=approval, most=left, now=now)
        is_over = done < min(left, MAX_ROWS) or done == left
        _note(connection, request_id, rows_done=request.rows_done + done)
        if is_over:
            _note(connection, request_id, state="done")
    db.session.expire_all()
    return not is_over


def _note(connection: Connection, request_id: int, **values: object) -> None:
    this = update(ApprovalRequest).where(ApprovalRequest.id == request_id)
    connection.execute(this.values(**values))
