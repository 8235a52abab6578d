"""The end of requests that nobody decides about, and of those that were decided long ago."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, delete, select, update

from campaign_actions.approvals.models import ApprovalRequest
from campaign_actions.approvals.notify import tell_requester
from campaign_actions.audit.log import COMMAND, add_entry
from campaign_actions.core.db.session import has_rows, write_transaction
from campaign_actions.core.db.upsert import advisory_lock
from campaign_actions.staff.dual_control import LOCK

KEEP = timedelta(
    days=365
)  # how long a request is shown after its end; the audit log keeps its entries


def expire(now: datetime) -> None:
    """For the worker: close what is too old, and forget what ended a year ago."""
    old, forgotten = _overdue(now), _ended_before(now - KEEP)
    if not has_rows(select(ApprovalRequest.id).where(old | forgotten)):
        return
    with write_transaction() as connection:
        advisory_lock(connection, LOCK)
        expire_in(connection, now)
        connection.execute(delete(ApprovalRequest).where(forgotten))


def expire_in(connection: Connection, now: datetime) -> None:
    """Close what nobody has decided about in time, in the caller's transaction."""
    closed = update(ApprovalRequest).where(_overdue(now)).values(state="expired", decided_at=now)
    rows = connection.execute(closed.returning(*ApprovalRequest.__table__.columns)).all()
    for row in rows:
        tell_requester(connection, row.requested_by, row.id, now)
        facts = {"subject": row.subject, "operation": row.kind, "request": row.id}
        add_entry(connection, "approval-expired", actor=COMMAND, now=now, **facts)


def _overdue(now: datetime) -> ColumnElement[bool]:
    return (ApprovalRequest.state == "pending") & (ApprovalRequest.expires_at <= now)


def _ended_before(moment: datetime) -> ColumnElement[bool]:
    return (ApprovalRequest.state != "pending") & (ApprovalRequest.decided_at < moment)
