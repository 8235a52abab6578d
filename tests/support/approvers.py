"""Staff for tests of approvals: one who asks, one who may approve, and one who may do neither."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from campaign_actions.actions.queries import PublicAction
from campaign_actions.actions.signatures.filters.filter import SignatureFilter
from campaign_actions.approvals.models import ApprovalRequest
from campaign_actions.audit.models import AuditEntry
from campaign_actions.core.db.session import db
from campaign_actions.outbox.models import OutboxMail
from campaign_actions.staff.dual_control import Operation
from campaign_actions.staff.models import StaffMember
from tests.support.batches import mark
from tests.support.factories import NOON, make_confirmed, make_staff

LATER = NOON + timedelta(hours=1)


@dataclass(frozen=True)
class People:
    ada: StaffMember  # asks
    bea: StaffMember  # may approve
    cyd: StaffMember  # may not approve


def make_people() -> People:
    roles = "administrator", "exporter"
    return People(
        ada=make_staff(*roles, email="ada@example.org", name="Ada"),
        bea=make_staff(*roles, email="bea@example.org", name="Bea"),
        cyd=make_staff("campaigner", email="cyd@example.org", name="Cyd"),
    )


def make_batch(action: PublicAction, *, signatures: int, at: datetime = LATER) -> int:
    """Make a batch of this many invalid signatures; returns its id."""
    for _number in range(signatures):
        make_confirmed(action, source="bot")
    return mark(action.id, SignatureFilter(source="bot"), now=at, actor="x")


def state_of(request_id: int) -> str:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(ApprovalRequest, request_id).state


def requests() -> list[ApprovalRequest]:
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(select(ApprovalRequest).order_by(ApprovalRequest.id)))


def entries(*events: str) -> list[tuple[str, str, str, dict[str, Any]]]:
    """The audit entries of these events: event, actor, subject and details."""
    db.session.rollback()
    found = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    return [(e.event, e.actor, e.subject, e.details) for e in found if e.event in events]


def mails() -> list[tuple[str, str | None]]:
    """The template and the recipient of every email about a request."""
    db.session.rollback()
    ours = OutboxMail.template.startswith("staff-approval")
    rows = db.session.scalars(select(OutboxMail).where(ours).order_by(OutboxMail.id))
    return [(row.template.removeprefix("staff-approval-"), row.recipient) for row in rows]


def is_member_active(member: StaffMember) -> bool:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(StaffMember, member.id).active


def kinds(operations: list[Operation]) -> list[str]:
    return [operation.kind for operation in operations]
