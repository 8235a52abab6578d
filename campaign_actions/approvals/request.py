"""Asking for approval, and cancelling a request."""

from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection, text, update

from campaign_actions.approvals.expire import expire_pending
from campaign_actions.approvals.lifetime import new_expires_at
from campaign_actions.approvals.models import IS_PENDING, ApprovalRequest
from campaign_actions.approvals.notifications import REQUESTED_MAIL
from campaign_actions.approvals.operations import canonical_json
from campaign_actions.approvals.queries import approvers_of, count_requests_since
from campaign_actions.audit.log import add_entry
from campaign_actions.core.db.session import db, write_transaction
from campaign_actions.core.db.upsert import advisory_lock, dialect_insert
from campaign_actions.core.errors import Conflict
from campaign_actions.staff.dual_control import LOCK, Operation
from campaign_actions.staff.models import StaffMember
from campaign_actions.staff.notifications import enqueue_staff_mail
from campaign_actions.staff.queries import find_member_by_id, may, rights_of

MAX_REQUESTS_A_DAY = 30  # by one person; each is emailed to everyone who may approve it


class OwnRequest(Conflict):
    title = _l("Someone else has to approve this")
    message = _l("You made this request, or it concerns your own account. Nothing was changed.")


class AlreadyRequested(Conflict):
    title = _l("Someone has already asked for this")
    message = _l(
        "A request of this kind is already pending, perhaps with other details."
        " You can find it under Approvals."
    )


class TooManyRequests(Conflict):
    status = 429
    title = _l("You have sent too many requests today")
    message = _l("Nothing was changed. Please ask again tomorrow.")


class RequestClosed(Conflict):
    title = _l("This request is no longer pending")
    message = _l("It has already been decided, has been cancelled or has expired.")


class NoLongerAllowed(Conflict):
    status = 403
    title = _l("You do not have access to this")
    message = _l("Your roles do not include this. If you need access, ask an administrator.")


def request_approval(operation: Operation, *, by: StaffMember, reason: str, now: datetime) -> int:
    """Email everyone who may approve an operation; returns the number of the request.

    Raises AlreadyRequested, TooManyRequests, NoLongerAllowed, OwnRequest and the operation's own errors.
    Nobody may ask for something about themselves: it would block a request of someone else.
    """
    with write_transaction() as connection:
        advisory_lock(connection, LOCK)
        db.session.expire_all()
        expire_pending(connection, now)
        member = find_member_by_id(by.id)
        if not is_allowed(member, operation):
            raise NoLongerAllowed
        if count_requests_since(by.id, now - timedelta(days=1)) >= MAX_REQUESTS_A_DAY:
            raise TooManyRequests
        operation.check(connection, by.email)
        check_requester(operation, by)
        request_id = _insert(connection, operation, by, reason, now)
        for approver in approvers_of(operation, by.id):
            enqueue_staff_mail(connection, REQUESTED_MAIL, approver, now, about=request_id)
        add_entry(
            connection,
            "approval-requested",
            actor=by.email,
            now=now,
            subject=operation.subject(),
            operation=operation.kind,
            note=reason,
            request=request_id,
        )
    return request_id


def cancel(request_id: int, *, by: StaffMember, now: datetime) -> None:
    """Cancel one's own request. Raises RequestClosed."""
    is_own = ApprovalRequest.id == request_id, ApprovalRequest.requested_by == by.id
    closed = update(ApprovalRequest).where(*is_own, ApprovalRequest.state == "pending")
    with write_transaction() as connection:
        columns = ApprovalRequest.kind, ApprovalRequest.subject
        values = {"state": "cancelled", "decided_at": now}
        row = connection.execute(closed.values(values).returning(*columns)).one_or_none()
        if row is None:
            raise RequestClosed
        details = {"subject": row.subject, "operation": row.kind, "request": request_id}
        add_entry(connection, "approval-cancelled", actor=by.email, now=now, **details)
    db.session.expire_all()


def cancel_outdated(kind: str, target: str, *, actor: str, now: datetime) -> bool:
    """Cancel a pending request whose target has changed. False if there is none."""
    pending = ApprovalRequest.kind == kind, ApprovalRequest.target == target
    closed = update(ApprovalRequest).where(*pending, ApprovalRequest.state == "pending")
    with write_transaction() as connection:
        values = {"state": "cancelled", "decided_at": now}
        columns = ApprovalRequest.id, ApprovalRequest.subject
        row = connection.execute(closed.values(values).returning(*columns)).one_or_none()
        if row is not None:
            details = {"subject": row.subject, "operation": kind, "request": row.id}
            add_entry(connection, "approval-cancelled", actor=actor, now=now, **details)
    return row is not None


def check_requester(operation: Operation, by: StaffMember) -> None:
    """Raises OwnRequest."""
    if operation.subject_id == by.id:
        raise OwnRequest


def is_allowed(member: StaffMember | None, operation: Operation) -> bool:
    """Whether a member can log in and has the permission an operation needs."""
    if member is None or not member.can_log_in:
        return False
    return may(rights_of(member), operation.permission, operation.campaign_id)


def _insert(
    connection: Connection, operation: Operation, by: StaffMember, reason: str, now: datetime
) -> int:
    row = {
        "kind": operation.kind,
        "target": operation.target,
        "subject": operation.subject(),
        "permission": operation.permission,
        "campaign_id": operation.campaign_id,
        "payload": canonical_json(operation.to_json()),
        "seen": canonical_json(operation.seen(connection)),
        "reason": reason,
        "state": "pending",
        "requested_by": by.id,
        "requested_at": now,
        "expires_at": new_expires_at(now),
    }
    new = dialect_insert(connection.dialect.name)(ApprovalRequest).values(row)
    new = new.on_conflict_do_nothing(
        index_elements=["kind", "target"], index_where=text(IS_PENDING)
    )
    request_id = connection.scalar(new.returning(ApprovalRequest.id))
    if request_id is None:
        raise AlreadyRequested
    return int(request_id)
