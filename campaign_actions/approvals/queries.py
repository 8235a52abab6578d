"""Requests, and who may see, approve and decline them."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, func, or_, select

from campaign_actions.actions.signatures.invalidation.erase_batch import EraseBatch
from campaign_actions.approvals.lifetime import are_open
from campaign_actions.approvals.models import ApprovalRequest
from campaign_actions.approvals.operations import operation_of
from campaign_actions.core.db.session import db, has_rows
from campaign_actions.disclosures.guarded_export import GuardedExport
from campaign_actions.disclosures.records import has_complete_file
from campaign_actions.staff.dual_control import Operation
from campaign_actions.staff.models import StaffMember
from campaign_actions.staff.permissions import APPROVER_PERMISSIONS, READER_PERMISSIONS
from campaign_actions.staff.queries import Rights, may, members_who_may, rights_of
from campaign_actions.updates.guarded_send import SendUpdate
from campaign_actions.updates.models import Update

MAX_LISTED = 100  # requests on a page


def find_request(request_id: int) -> ApprovalRequest | None:
    """A request as the database has it now."""
    this = select(ApprovalRequest).where(ApprovalRequest.id == request_id)
    fresh = db.session.scalars(this, execution_options={"populate_existing": True})
    return fresh.one_or_none()


def approvers_of(operation: Operation, requested_by: int) -> list[StaffMember]:
    """Members who may approve an operation; if there are none, only a command can."""
    members = members_who_may(operation.permission, operation.campaign_id)
    return [one for one in members if _is_second(operation, requested_by, one.id)]


def may_approve(request: ApprovalRequest, member: StaffMember, rights: Rights) -> bool:
    """Whether a member with these rights may approve a request."""
    has_right = may(rights, request.permission, request.campaign_id)
    operation = operation_of(request)
    return has_right and _is_second(operation, request.requested_by, member.id)


def may_decline(request: ApprovalRequest, member: StaffMember) -> bool:
    """Not the requester, who can cancel it; nor its subject, so that nobody can stop their own removal."""
    return member.id not in (request.requested_by, operation_of(request).subject_id)


def may_see(request: ApprovalRequest, member: StaffMember, rights: Rights) -> bool:
    """The requester may, and everyone with the permission it needs."""
    is_own = request.requested_by == member.id
    return is_own or may(rights, request.permission, request.campaign_id)


def pending_requests(now: datetime) -> Sequence[ApprovalRequest]:
    """Oldest first."""
    found = select(ApprovalRequest).where(are_open(now)).order_by(ApprovalRequest.id)
    return db.session.scalars(found).all()


def requests_to_approve(
    member: StaffMember, rights: Rights, now: datetime
) -> list[ApprovalRequest]:
    """Pending requests that a member may approve."""
    if not (APPROVER_PERMISSIONS | READER_PERMISSIONS) & rights.keys():
        return []
    return [one for one in pending_requests(now) if may_approve(one, member, rights)]


def count_to_approve(member: StaffMember, now: datetime) -> int:
    return len(requests_to_approve(member, rights_of(member), now))


def find_pending(kind: str, target: str, now: datetime) -> ApprovalRequest | None:
    """The request for this target that still needs a decision."""
    is_same = ApprovalRequest.kind == kind, ApprovalRequest.target == target
    return db.session.scalars(select(ApprovalRequest).where(*is_same, are_open(now))).one_or_none()


def requests_of_updates(update_ids: Iterable[int], now: datetime) -> dict[int, int]:
    """The ids of the undecided requests to send these updates."""
    by_target = {f"update-{update_id}": update_id for update_id in update_ids}
    found = select(ApprovalRequest.target, ApprovalRequest.id).where(
        ApprovalRequest.kind == "send-update",
        ApprovalRequest.target.in_(by_target),
        are_open(now),
    )
    return {by_target[row.target]: row.id for row in db.session.execute(found)}


def declined_updates(updates: Iterable[Update]) -> dict[int, ApprovalRequest]:
    """The declined requests to send drafts, by the id of the update, until someone asks again."""
    drafts = {f"update-{one.id}": one for one in updates if one.status == "draft"}
    if not drafts:
        return {}
    same = ApprovalRequest.kind == "send-update", ApprovalRequest.target.in_(drafts)
    latest = select(func.max(ApprovalRequest.id)).where(*same).group_by(ApprovalRequest.target)
    declined = ApprovalRequest.id.in_(latest), ApprovalRequest.state == "declined"
    found = db.session.scalars(select(ApprovalRequest).where(*declined))
    # The database may have given the id of a draft that was deleted to another one.
    return {
        drafts[one.target].id: one
        for one in found
        if one.requested_at >= drafts[one.target].made_at
    }


def find_approval(update: Update) -> ApprovalRequest | None:
    """The approved request with which an update has the time at which it is or was sent."""
    same = ApprovalRequest.kind == "send-update", ApprovalRequest.target == f"update-{update.id}"
    done = select(ApprovalRequest).where(*same, ApprovalRequest.state == "done")
    found = db.session.scalars(done.order_by(ApprovalRequest.id.desc()).limit(1)).one_or_none()
    if found is None or found.decided_at is None:
        return None
    operation = operation_of(found)
    chosen = operation.send_at if isinstance(operation, SendUpdate) else None
    is_same = update.send_at == max(chosen or found.decided_at, found.decided_at)
    return found if is_same else None


def updates_to_approve(connection: Connection) -> frozenset[int]:
    """The ids of updates that someone has been asked to approve."""
    pending = ApprovalRequest.kind == "send-update", ApprovalRequest.state == "pending"
    targets = connection.scalars(select(ApprovalRequest.target).where(*pending))
    return frozenset(int(target.removeprefix("update-")) for target in targets)


def own_requests(member: StaffMember, now: datetime) -> Sequence[ApprovalRequest]:
    """A member's own requests that are pending or still usable, newest first."""
    is_open = or_(
        ApprovalRequest.state == "pending",
        (ApprovalRequest.state == "approved")
        & (ApprovalRequest.usable_until.is_(None) | (ApprovalRequest.usable_until > now)),
    )
    is_own = ApprovalRequest.requested_by == member.id
    return db.session.scalars(
        select(ApprovalRequest).where(is_own, is_open).order_by(ApprovalRequest.id.desc())
    ).all()


def usable_exports(
    member: StaffMember, now: datetime, campaign_id: int | None = None
) -> list[ApprovalRequest]:
    """A member's own export requests, all or for a campaign, that are pending or can be downloaded."""
    return [
        one
        for one in own_requests(member, now)
        if one.kind == "export" and campaign_id in (None, one.campaign_id)
    ]


def files_to_download(member: StaffMember, now: datetime) -> list[ApprovalRequest]:
    """A member's own approved exports of which they have no complete file yet."""
    return [one for one in usable_exports(member, now) if _waits_for_download(one)]


def _waits_for_download(request: ApprovalRequest) -> bool:
    operation = operation_of(request)
    return (
        request.decided_at is not None
        and request.state == "approved"
        and isinstance(operation, GuardedExport)
        and not has_complete_file(operation.export, since=request.decided_at)
    )


def closed_requests(rights: Rights, member: StaffMember) -> list[ApprovalRequest]:
    """The last MAX_LISTED closed requests, without those the member may not see, newest first."""
    ended = select(ApprovalRequest).where(ApprovalRequest.state != "pending")
    found = db.session.scalars(ended.order_by(ApprovalRequest.id.desc()).limit(MAX_LISTED))
    return [one for one in found if may_see(one, member, rights)]


def is_deletion_requested(operation: EraseBatch) -> bool:
    """Whether a request to delete this batch is pending, approved or done."""
    is_same = ApprovalRequest.kind == operation.kind, ApprovalRequest.target == operation.target
    is_valid = ApprovalRequest.state.in_(("pending", "approved", "done"))
    return has_rows(select(ApprovalRequest.id).where(*is_same, is_valid))


def count_requests_since(staff_id: int, since: datetime) -> int:
    is_counted = ApprovalRequest.requested_by == staff_id, ApprovalRequest.requested_at > since
    return db.session.scalar(select(func.count(ApprovalRequest.id)).where(*is_counted)) or 0


def names_with_addresses(staff_ids: Iterable[int | None]) -> dict[int, str]:
    """Members by id as "name (address)". Anyone could change their name to that of someone else."""
    ids = {staff_id for staff_id in staff_ids if staff_id is not None}
    rows = db.session.execute(
        select(StaffMember.id, StaffMember.name, StaffMember.email).where(StaffMember.id.in_(ids))
    )
    return {row.id: f"{row.name} ({row.email})" if row.name else row.email for row in rows}


def _is_second(operation: Operation, requested_by: int, staff_id: int) -> bool:
    """Whether a member is neither the requester nor, unless that is harmless, the subject."""
    is_about = operation.subject_id == staff_id and not operation.may_subject_approve
    is_free = operation.may_be_approved_by(staff_id)
    return staff_id != requested_by and not is_about and is_free
