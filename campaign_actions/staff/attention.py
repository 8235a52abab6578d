"""Members to whom an administrator has to attend."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import SQLColumnExpression, exists, select
from sqlalchemy.orm import selectinload

from campaign_actions.core.db.session import db
from campaign_actions.core.switches.state import email_clock
from campaign_actions.staff.authentication.mfa_enrolment import needs_factor
from campaign_actions.staff.invitations import INVITATION_LIFETIME
from campaign_actions.staff.models import Passkey, StaffMember, StaffRole


def expired_invitations(now: datetime) -> Sequence[StaffMember]:
    """Members who have not joined, and whose link no longer works."""
    return _members(
        StaffMember.active,
        StaffMember.password.is_(None),
        StaffMember.invited_at <= email_clock().ago(INVITATION_LIFETIME, now),
    )


def members_without_factor() -> list[StaffMember]:
    """Members who have joined and cannot use the workspace until they set up a second factor."""
    has_passkey = exists().where(Passkey.user_id == StaffMember.id)
    found = _members(StaffMember.can_log_in, StaffMember.tf_primary_method.is_(None), ~has_passkey)
    return [member for member in found if needs_factor(member)]


def blocked_members(now: datetime) -> Sequence[StaffMember]:
    """Members whose codes are refused after too many wrong ones."""
    return _members(StaffMember.active, StaffMember.codes_blocked_until > now)


def solely_granted_members(*, except_by: int) -> Sequence[StaffMember]:
    """Members whose rights to approve one person alone gave, who was not this one."""
    return _members(
        StaffMember.active,
        StaffMember.roles_given_by.is_not(None),
        StaffMember.roles_given_by != except_by,
        StaffMember.id != except_by,
    )


def _members(*conditions: SQLColumnExpression[bool]) -> Sequence[StaffMember]:
    roles = selectinload(StaffMember.granted).selectinload(StaffRole.campaigns)
    found = select(StaffMember).where(*conditions).options(roles)
    return db.session.scalars(found.order_by(StaffMember.email)).all()
