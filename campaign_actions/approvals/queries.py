"""Which requests there are, who may approve them, and who may see them."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import func, or_, select

from campaign_actions.actions.signatures.invalidation.erase_batch import EraseBatch
from campaign_actions.approvals.models import ApprovalRequest
from campaign_actions.approvals.registry import operation_of
from campaign_actions.core.db.session import db, has_rows
from campaign_actions.staff.dual_control import Operation
from campaign_actions.staff.models import StaffMember
from campaign_actions.staff.permissions import APPROVER_PERMISSIONS
from campaign_actions.staff.queries import Rights, may, members_who_may, rights_of


def find_request(request_id: int) -> ApprovalRequest | None:
    """A request, as the database has it now."""
    this = select(ApprovalRequest).where(ApprovalRequest.id == request_id)
    fresh = db.session.scalars(this, execution_options={"populate_existing": True})
    return fresh.one_or_none()


def approvers_of(operation: Operation, requested_by: int) -> list[StaffMember]:
    """Who may approve something that somebody asks for; nobody: that is left to a command."""
    able = members_who_may(operation.permission, operation.campaign_id)
    return [one for one in able if _is_second(operation, requested_by, one.id)]


def may_approve(request: ApprovalRequest, member: StaffMember, rights: Rights) -> bool:
    """Whether somebody with these rights may approve a request."""
    may_decide = may(rights, request.permission, request.campaign_id)
    operation = operation_of(request)
    return may_decide and _is_second(operation, request.requested_by, member.id)


def may_decline(request: ApprovalRequest, member: StaffMember) -> bool:
    """Neither who asked, who cancels it, nor who it is about: nobody stops their own removal."""
    return member.id not in (request.requested_by, operation_of(request).subject_id)


def may_see(request: ApprovalRequest, member: StaffMember, rights: Rights) -> bool:
    """Whoever asked, and all who have the permission it needs."""
    is_own = request.requested_by == member.id
    return is_own or may(rights, request.permission, request.campaign_id)


def pending_requests(now: datetime) -> Sequence[ApprovalRequest]:
    """All that nobody has decided, the oldest first."""
    theirs = ApprovalRequest.state == "pending", ApprovalRequest.expires_at > now
    found = select(ApprovalRequest).where(*theirs).order_by(ApprovalRequest.id)
    return db.session.scalars(found).all()


def requests_to_approve(
    member: StaffMember, rights: Rights, now: datetime
) -> list[ApprovalRequest]:
    """Those that this person may approve."""
    if not APPROVER_PERMISSIONS & rights.keys():
        return []
    return [one for one in pending_requests(now) if may_approve(one, member, rights)]


def count_to_approve(member: StaffMember, now: datetime) -> int:
    return len(requests_to_approve(member, rights_of(member), now))


def own_requests(member: StaffMember, now: datetime) -> Sequence[ApprovalRequest]:
    """Those that this person asked for and that are still of use to them, the newest first."""
    is_open = or_(
        ApprovalRequest.state == "pending",
        (ApprovalRequest.state == "approved")
        & (ApprovalRequest.usable_until.is_(None) | (ApprovalRequest.usable_until > now)),
    )
    mine = ApprovalRequest.requested_by == member.id, is_open
    return db.session.scalars(
        select(ApprovalRequest).where(*mine).order_by(ApprovalRequest.id.desc())
    ).all()


def usable_exports(member: StaffMember, action_id: int, now: datetime) -> list[ApprovalRequest]:
    """Exports of an action that this person asked for: pending ones, and those they may download."""
    mine = own_requests(member, now)
    target = f"action-{action_id}-for-{member.id}"
    return [one for one in mine if one.kind == "export" and one.target == target]


def closed_requests(rights: Rights, member: StaffMember) -> list[ApprovalRequest]:
    """Those that this person may see and that were decided or have ended, the newest first."""
    ended = select(ApprovalRequest).where(ApprovalRequest.state != "pending")
    found = db.session.scalars(ended.order_by(ApprovalRequest.id.desc()).limit(MAX_LISTED))
    return [one for one in found if may_see(one, member, rights)]


def is_deletion_requested(operation: EraseBatch) -> bool:
    """Whether somebody asked to delete this batch, and nobody has said no."""
    same = ApprovalRequest.kind == operation.kind, ApprovalRequest.target == operation.target
    holds = ApprovalRequest.state.in_(("pending", "approved", "done"))
    return has_rows(select(ApprovalRequest.id).where(*same, holds))


def count_requests_since(staff_id: int, since: datetime) -> int:
    theirs = ApprovalRequest.requested_by == staff_id, ApprovalRequest.requested_at > since
    return db.session.scalar(select(func.count(ApprovalRequest.id)).where(*theirs)) or 0


def names_with_addresses(staff_ids: Iterable[int | None]) -> dict[int, str]:
    """How to call people where somebody decides about them: a name alone can be changed to another's."""
    ids = {staff_id for staff_id in staff_ids if staff_id is not None}
    rows = db.session.execute(
        select(StaffMember.id, StaffMember.name, StaffMember.email).where(StaffMember.id.in_(ids))
    )
    return {row.id: f"{row.name} ({row.email})" if row.name else row.email for row in rows}


MAX_LISTED = 100  # requests on a page


def _is_second(operation: Operation, requested_by: int, staff_id: int) -> bool:
    """Not who asked; and not who it is about, unless it takes something from them."""
    is_about = operation.subject_id == staff_id and not operation.may_subject_approve
    return staff_id != requested_by and not is_about
