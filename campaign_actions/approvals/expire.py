"""Expiring pending requests, and deleting old ones."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, delete, select, update

from campaign_actions.approvals.lifetime import are_overdue
from campaign_actions.approvals.models import ApprovalRequest
from campaign_actions.approvals.notifications import notify_requester
from campaign_actions.audit.log import COMMAND, add_entry
from campaign_actions.core.db.session import has_rows, write_transaction
from campaign_actions.core.db.upsert import advisory_lock
from campaign_actions.staff.dual_control import LOCK

RETENTION = timedelta(days=365)  # after a request ended; the audit log keeps its entries


def expire_requests(now: datetime) -> None:
    """Expire overdue requests and delete those that ended RETENTION ago. For the worker."""
    overdue, outdated = are_overdue(now), _ended_before(now - RETENTION)
    if not has_rows(select(ApprovalRequest.id).where(overdue | outdated)):
        return
    with write_transaction() as connection:
        advisory_lock(connection, LOCK)
        expire_pending(connection, now)
        connection.execute(delete(ApprovalRequest).where(outdated))


def expire_pending(connection: Connection, now: datetime) -> None:
    """Expire overdue requests, in the caller's transaction."""
    _expire(connection, are_overdue(now), now)


def void_open(connection: Connection, now: datetime) -> int:
    """Expire every request that could still be decided or carried out. Returns how many."""
    is_usable = ApprovalRequest.usable_until.is_(None) | (ApprovalRequest.usable_until > now)
    is_approved = (ApprovalRequest.state == "approved") & is_usable
    return _expire(connection, (ApprovalRequest.state == "pending") | is_approved, now)


def _expire(connection: Connection, which: ColumnElement[bool], now: datetime) -> int:
    nobody = {"decided_by": None, "is_by_command": False, "usable_until": None}
    closed = update(ApprovalRequest).where(which)
    closed = closed.values(state="expired", decided_at=now, **nobody)
    rows = connection.execute(closed.returning(*ApprovalRequest.__table__.columns)).all()
    for row in rows:
        notify_requester(connection, row.requested_by, row.id, now)
        details = {"subject": row.subject, "operation": row.kind, "request": row.id}
        add_entry(connection, "approval-expired", actor=COMMAND, now=now, **details)
    return len(rows)


def _ended_before(moment: datetime) -> ColumnElement[bool]:
    return (ApprovalRequest.state != "pending") & (ApprovalRequest.decided_at < moment)
