"""Members with whom two people are needed: one who asks, one who approves, one who may do neither."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from campaign_actions.actions.queries import PublicAction
from campaign_actions.actions.signatures.invalidation.invalidate import Condition, invalidate_some
from campaign_actions.approvals.models import ApprovalRequest
from campaign_actions.audit.models import AuditEntry
from campaign_actions.core.db.session import db
from campaign_actions.outbox.models import OutboxMail
from campaign_actions.staff.dual_control import Operation
from campaign_actions.staff.models import StaffMember
from tests.support.factories import NOON, make_confirmed, make_staff

LATER = NOON + timedelta(hours=1)


@dataclass(frozen=True)
class People:
    ada: StaffMember  # who asks
    bea: StaffMember  # who may approve it
    cyd: StaffMember  # who may not


def make_people() -> People:
    roles = "administrator", "exporter"
    return People(
        ada=make_staff(*roles, email="ada@example.org", name="Ada"),
        bea=make_staff(*roles, email="bea@example.org", name="Bea"),
        cyd=make_staff("campaigner", email="cyd@example.org", name="Cyd"),
    )


def make_batch(action: PublicAction, *, signatures: int, at: datetime = LATER) -> int:
    """The id of a batch of so many invalid signatures."""
    for _number in range(signatures):
        make_confirmed(action, source="bot")
    facts = {"action": "racism/hate-crimes", "reason": "script", "actor": "x"}
    batch_id, _rows = invalidate_some(batch_condition(action), now=at, **facts)
    assert batch_id
    return batch_id


def batch_condition(action: PublicAction) -> Condition:
    return Condition(action.id, NOON - timedelta(days=1), NOON + timedelta(days=1), "", "bot")


def state_of(request_id: int) -> str:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(ApprovalRequest, request_id).state


def requests() -> list[ApprovalRequest]:
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(select(ApprovalRequest).order_by(ApprovalRequest.id)))


def entries(*events: str) -> list[tuple[str, str, str, dict[str, Any]]]:
    """What the audit log has of these events: the event, who, about what, details."""
    db.session.rollback()
    found = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    return [(e.event, e.actor, e.subject, e.details) for e in found if e.event in events]


def mails() -> list[tuple[str, str | None]]:
    """The template and the address of all mails about requests."""
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
