"""Asking for a second person, and taking that back."""

from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection, text, update

from campaign_actions.approvals.expire import expire_in
from campaign_actions.approvals.models import IS_PENDING, ApprovalRequest
from campaign_actions.approvals.notify import ASKED, tell
from campaign_actions.approvals.queries import approvers_of, count_asked_since
from campaign_actions.approvals.registry import canonical
from campaign_actions.audit.log import add_entry
from campaign_actions.core.db.session import db, write_transaction
from campaign_actions.core.db.upsert import advisory_lock, dialect_insert
from campaign_actions.core.errors import Conflict
from campaign_actions.staff.dual_control import LOCK, Operation
from campaign_actions.staff.models import StaffMember
from campaign_actions.staff.queries import find_member_by_id, may, rights_of

LIFETIME = timedelta(hours=72)
MAX_A_DAY = 30  # requests of one person: each is an email to everyone who may approve


class OwnRequest(Conflict):
    title = _l("Someone else has to approve this")
    message = _l("You asked for it yourself, or it is about you. Nothing was changed.")


class AlreadyRequested(Conflict):
    title = _l("Someone has asked for this already")
    message = _l("A request for the same thing is pending. You can see it under Approvals.")


class TooManyRequests(Conflict):
    status = 429
    title = _l("You have sent too many requests today")
    message = _l("Nothing was changed. Cancel what is not needed, and ask again tomorrow.")


class RequestClosed(Conflict):
    title = _l("This request is no longer pending")
    message = _l("Someone has decided about it, or it was cancelled or has expired.")


class NoLongerAllowed(Conflict):
    status = 403
    title = _l("This is not open to you")
    message = _l("Your roles do not include it. An administrator can change that.")


def request_approval(operation: Operation, *, by: StaffMember, reason: str, now: datetime) -> int:
    """Ask everyone who may approve something, by email; the number of the request.

    Raises AlreadyRequested, TooManyRequests, NoLongerAllowed, OwnRequest, and what the operation
    raises. Nobody asks for what is about themselves: it would be in the way of a request of others.
    """
    with write_transaction() as connection:
        advisory_lock(connection, LOCK)
        db.session.expire_all()
        expire_in(connection, now)
        member = find_member_by_id(by.id)
        if not is_entitled(member, operation):
            raise NoLongerAllowed
        if count_asked_since(by.id, now - timedelta(days=1)) >= MAX_A_DAY:
            raise TooManyRequests
        operation.check(connection, by.email)
        check_asker(operation, by)
        request_id = _insert(connection, operation, by, reason, now)
        for approver in approvers_of(operation, by.id):
            tell(connection, ASKED, approver, request_id, now)
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
    """Take back what one asked for oneself. Raises RequestClosed."""
    mine = ApprovalRequest.id == request_id, ApprovalRequest.requested_by == by.id
    closed = update(ApprovalRequest).where(*mine, ApprovalRequest.state == "pending")
    with write_transaction() as connection:
        columns = ApprovalRequest.kind, ApprovalRequest.subject
        values = {"state": "cancelled", "decided_at": now}
        row = connection.execute(closed.values(values).returning(*columns)).one_or_none()
        if row is None:
            raise RequestClosed
        facts = {"subject": row.subject, "operation": row.kind, "request": request_id}
        add_entry(connection, "approval-cancelled", actor=by.email, now=now, **facts)
    db.session.expire_all()


def check_asker(operation: Operation, by: StaffMember) -> None:
    """Raises OwnRequest."""
    if operation.subject_id == by.id:
        raise OwnRequest


def is_entitled(member: StaffMember | None, operation: Operation) -> bool:
    """Whether somebody is still let in, and has the permission that an operation needs."""
    if member is None or not member.active or member.password is None:
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
        "payload": canonical(operation.to_json()),
        "seen": canonical(operation.seen(connection)),
        "reason": reason,
        "state": "pending",
        "requested_by": by.id,
        "requested_at": now,
        "expires_at": now + LIFETIME,
    }
    new = dialect_insert(connection.dialect.name)(ApprovalRequest).values(row)
    new = new.on_conflict_do_nothing(
        index_elements=["kind", "target"], index_where=text(IS_PENDING)
    )
    request_id = connection.scalar(new.returning(ApprovalRequest.id))
    if request_id is None:
        raise AlreadyRequested
    return int(request_id)
