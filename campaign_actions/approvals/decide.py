"""The second person's word. Approving does what was asked for in the same transaction, or nothing."""

from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection, update

from campaign_actions.approvals.models import ApprovalRequest
from campaign_actions.approvals.notify import tell_requester
from campaign_actions.approvals.queries import find_request, is_approver, is_decliner, may_see
from campaign_actions.approvals.registry import operation_of, seen_by
from campaign_actions.approvals.request import (
    NoLongerAllowed,
    OwnRequest,
    RequestClosed,
    is_entitled,
)
from campaign_actions.audit.log import COMMAND, add_entry
from campaign_actions.core.db.session import db, write_transaction
from campaign_actions.core.db.upsert import advisory_lock
from campaign_actions.core.errors import Conflict, NotFound
from campaign_actions.staff.dual_control import LOCK, Approval, Operation
from campaign_actions.staff.models import StaffMember
from campaign_actions.staff.queries import find_member_by_id, rights_of

USABLE = timedelta(hours=24)  # how long an approved export may be downloaded


class PersonGone(Conflict):
    title = _l("This can no longer be done")
    message = _l(
        "One of the two people can no longer log in, or no longer has this permission. Nothing was changed."
    )


class TargetChanged(Conflict):
    title = _l("This has changed since it was asked for")
    message = _l("Nothing was changed. Decline the request. The person who asked can ask again.")


def approve(request_id: int, *, by: StaffMember | None, note: str, now: datetime) -> None:
    """Approve a request. `by`: None for a command on the server.

    Raises NotFound, NoLongerAllowed, OwnRequest, RequestClosed, PersonGone, TargetChanged, and
    what the operation raises: nothing is decided then.
    """
    with write_transaction() as connection:
        request = _pending(connection, request_id, now)
        _check_decider(request, by)
        requester = _requester(request)
        operation = operation_of(request)
        _check_target(connection, request, operation, requester.email)
        _close(connection, request, "approved" if operation.is_deferred else "done", by, note, now)
        approval = _approval(request, requester, by)
        operation.apply(connection, approval, now)
        _write_down(connection, "approval-given", request, by, note, now)
    db.session.expire_all()


def decline(request_id: int, *, by: StaffMember | None, note: str, now: datetime) -> None:
    """Say no. Raises NotFound, NoLongerAllowed, OwnRequest, RequestClosed."""
    with write_transaction() as connection:
        request = _pending(connection, request_id, now)
        _check_right(request, by)
        if by and not is_decliner(request, by):
            raise OwnRequest
        _close(connection, request, "declined", by, note, now)
        _write_down(connection, "approval-declined", request, by, note, now)
    db.session.expire_all()


def stop(connection: Connection, request: ApprovalRequest, now: datetime) -> None:
    """End what was approved and is done in parts: the server declines the rest.

    The audit log keeps who had approved it; the request shows how many were done.
    """
    values = {"state": "declined", "decided_by": None, "is_by_command": True}
    this = update(ApprovalRequest).where(ApprovalRequest.id == request.id)
    connection.execute(this.values(decided_at=now, note="", **values))
    _write_down(connection, "approval-declined", request, None, "", now)


def approval_of(request: ApprovalRequest) -> Approval:
    """On whose word what was approved is done now.

    Raises PersonGone where one of the two may not do it any more.
    """
    db.session.expire_all()
    by = find_member_by_id(request.decided_by) if request.decided_by else None
    if not request.is_by_command and not is_entitled(by, operation_of(request)):
        raise PersonGone
    return _approval(request, _requester(request), by)


def _pending(connection: Connection, request_id: int, now: datetime) -> ApprovalRequest:
    """A request that nobody else decides about until this transaction ends."""
    advisory_lock(connection, LOCK)
    db.session.expire_all()
    request = find_request(request_id)
    if request is None:
        raise NotFound
    if request.state != "pending" or request.expires_at <= now:
        raise RequestClosed
    return request


def _check_decider(request: ApprovalRequest, by: StaffMember | None) -> None:
    _check_right(request, by)
    if by and not is_approver(request, by, rights_of(by)):
        raise OwnRequest


def _check_right(request: ApprovalRequest, by: StaffMember | None) -> None:
    """Whether somebody is still let in, and still has the permission: as the database has it now."""
    if by is None:
        return
    if not may_see(request, by, rights_of(by)):
        raise NotFound
    if not is_entitled(by, operation_of(request)):
        raise NoLongerAllowed


def _check_target(
    connection: Connection, request: ApprovalRequest, operation: Operation, actor: str
) -> None:
    """Whether what was asked for is what can be done now."""
    try:
        operation.check(connection, actor)
        has_changed = operation.has_changed(connection, seen_by(request))
    except NotFound:
        raise TargetChanged from None
    if has_changed:
        raise TargetChanged


def _requester(request: ApprovalRequest) -> StaffMember:
    member = find_member_by_id(request.requested_by)
    if member is None or not is_entitled(member, operation_of(request)):
        raise PersonGone
    return member


def _close(
    connection: Connection,
    request: ApprovalRequest,
    state: str,
    by: StaffMember | None,
    note: str,
    now: datetime,
) -> None:
    """Once: of two who press at the same moment, the update decides which one it was."""
    values: dict[str, Any] = {"state": state, "decided_at": now, "note": note}
    values |= {"decided_by": by.id} if by else {"is_by_command": True}
    if request.kind == "export" and state == "approved":
        values["usable_until"] = now + USABLE
    this = ApprovalRequest.id == request.id, ApprovalRequest.state == "pending"
    closed = update(ApprovalRequest).where(*this).values(values)
    if connection.scalar(closed.returning(ApprovalRequest.id)) is None:
        raise RequestClosed


def _approval(request: ApprovalRequest, requester: StaffMember, by: StaffMember | None) -> Approval:
    return Approval(requester.email, by.email if by else COMMAND, request.id)


def _write_down(
    connection: Connection,
    event: str,
    request: ApprovalRequest,
    by: StaffMember | None,
    note: str,
    now: datetime,
) -> None:
    """In the audit log, and by email to whoever asked."""
    tell_requester(connection, request.requested_by, request.id, now)
    facts: dict[str, Any] = {"operation": request.kind, "note": note, "request": request.id}
    actor = by.email if by else COMMAND
    add_entry(connection, event, actor=actor, now=now, subject=request.subject, **facts)
