"""Approving and declining requests. Approval and operation are one transaction."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection, update

from campaign_actions.approvals.lifetime import is_open
from campaign_actions.approvals.models import ApprovalRequest
from campaign_actions.approvals.notifications import notify_requester
from campaign_actions.approvals.operations import operation_of, seen_state
from campaign_actions.approvals.queries import find_request, may_approve, may_decline, may_see
from campaign_actions.approvals.request import (
    NoLongerAllowed,
    OwnRequest,
    RequestClosed,
    is_allowed,
)
from campaign_actions.audit.log import COMMAND, add_entry
from campaign_actions.core.db.session import db, write_transaction
from campaign_actions.core.db.upsert import advisory_lock
from campaign_actions.core.errors import Conflict, NotFound
from campaign_actions.staff.dual_control import LOCK, Approval, Operation
from campaign_actions.staff.models import StaffMember
from campaign_actions.staff.queries import find_member_by_id, rights_of

DOWNLOAD_WINDOW = timedelta(hours=24)  # for downloading an approved export


@dataclass(frozen=True)
class Decision:
    """The person who decides, their note, and the time. `by`: None for a command."""

    by: StaffMember | None
    note: str
    now: datetime

    @property
    def actor(self) -> str:
        """As the audit log names them."""
        return self.by.email if self.by else COMMAND


class PersonNoLongerAllowed(Conflict):
    title = _l("This can no longer be done")
    message = _l(
        "One of the two people can no longer log in or no longer has this permission."
        " Nothing was changed."
    )


class TargetChanged(Conflict):
    title = _l("This has changed since the request was made")
    message = _l(
        "The request was not carried out. Decline it. The person who asked can"
        " then make a new request."
    )


def approve(request_id: int, *, by: StaffMember | None, note: str, now: datetime) -> None:
    """Approve a request. `by`: None for a command on the server.

    Raises NotFound, NoLongerAllowed, OwnRequest, RequestClosed, PersonNoLongerAllowed, TargetChanged and
    the operation's own errors; then nothing is decided.
    """
    with write_transaction() as connection:
        request = _pending(connection, request_id, now)
        _check_decider(request, by)
        requester = _requester(request)
        operation = operation_of(request)
        _check_target(connection, request, operation, requester.email)
        decision = Decision(by, note, now)
        _close(connection, request, "approved" if operation.is_deferred else "done", decision)
        approval = _approval(request, requester, by)
        operation.apply(connection, approval, now)
        _record(connection, "approval-given", request, decision)
    db.session.expire_all()


def decline(request_id: int, *, by: StaffMember | None, note: str, now: datetime) -> None:
    """Decline a request. Raises NotFound, NoLongerAllowed, OwnRequest, RequestClosed."""
    with write_transaction() as connection:
        request = _pending(connection, request_id, now)
        _check_right(request, by)
        if by and not may_decline(request, by):
            raise OwnRequest
        decision = Decision(by, note, now)
        _close(connection, request, "declined", decision)
        _record(connection, "approval-declined", request, decision)
    db.session.expire_all()


def stop_deferred(connection: Connection, request: ApprovalRequest, now: datetime) -> None:
    """Decline the rest of an approved operation that is done in parts.

    The audit log keeps who approved it; the request shows how many rows were done.
    """
    values = {"state": "declined", "decided_by": None, "is_by_command": True}
    row = update(ApprovalRequest).where(ApprovalRequest.id == request.id)
    connection.execute(row.values(decided_at=now, note="", **values))
    _record(connection, "approval-declined", request, Decision(None, "", now))


def approval_of(request: ApprovalRequest) -> Approval:
    """The Approval for carrying out an approved request now.

    Raises PersonNoLongerAllowed if either of the two people has lost the right.
    """
    db.session.expire_all()
    by = find_member_by_id(request.decided_by) if request.decided_by else None
    if not request.is_by_command and not is_allowed(by, operation_of(request)):
        raise PersonNoLongerAllowed
    return _approval(request, _requester(request), by)


def _pending(connection: Connection, request_id: int, now: datetime) -> ApprovalRequest:
    """A pending request, locked until this transaction ends. Raises NotFound, RequestClosed."""
    advisory_lock(connection, LOCK)
    db.session.expire_all()
    request = find_request(request_id)
    if request is None:
        raise NotFound
    if not is_open(request, now):
        raise RequestClosed
    return request


def _check_decider(request: ApprovalRequest, by: StaffMember | None) -> None:
    _check_right(request, by)
    if by and not may_approve(request, by, rights_of(by)):
        raise OwnRequest


def _check_right(request: ApprovalRequest, by: StaffMember | None) -> None:
    """Raises NotFound or NoLongerAllowed unless the member still has the permission."""
    if by is None:
        return
    if not may_see(request, by, rights_of(by)):
        raise NotFound
    if not is_allowed(by, operation_of(request)):
        raise NoLongerAllowed


def _check_target(
    connection: Connection, request: ApprovalRequest, operation: Operation, actor: str
) -> None:
    """Raises TargetChanged if the state differs from the one the request was made for."""
    try:
        operation.check(connection, actor)
        has_changed = operation.has_changed(connection, seen_state(request))
    except NotFound:
        raise TargetChanged from None
    if has_changed:
        raise TargetChanged


def _requester(request: ApprovalRequest) -> StaffMember:
    member = find_member_by_id(request.requested_by)
    if member is None or not is_allowed(member, operation_of(request)):
        raise PersonNoLongerAllowed
    return member


def _close(
    connection: Connection, request: ApprovalRequest, state: str, decision: Decision
) -> None:
    """If two people decide at the same moment, this update lets one win; the other gets RequestClosed."""
    is_download = request.kind == "export" and state == "approved"
    is_pending = ApprovalRequest.id == request.id, ApprovalRequest.state == "pending"
    closed = (
        update(ApprovalRequest)
        .where(*is_pending)
        .values(
            state=state,
            decided_by=decision.by.id if decision.by else None,
            is_by_command=decision.by is None,
            decided_at=decision.now,
            note=decision.note,
            usable_until=decision.now + DOWNLOAD_WINDOW if is_download else None,
        )
    )
    if connection.scalar(closed.returning(ApprovalRequest.id)) is None:
        raise RequestClosed


def _approval(request: ApprovalRequest, requester: StaffMember, by: StaffMember | None) -> Approval:
    return Approval(requester.email, by.email if by else COMMAND, request.id)


def _record(
    connection: Connection, event: str, request: ApprovalRequest, decision: Decision
) -> None:
    """Add an audit entry and email the requester."""
    notify_requester(connection, request.requested_by, request.id, decision.now)
    add_entry(
        connection,
        event,
        actor=decision.actor,
        now=decision.now,
        subject=request.subject,
        operation=request.kind,
        note=decision.note,
        request=request.id,
    )
