"""Tokens for links that only one member can use. They all stop working when `fs_uniquifier` changes."""

import hashlib
from datetime import timedelta

from campaign_actions.core.errors import DomainError
from campaign_actions.core.security.signed_tokens import RUNNING, make_token, read_token
from campaign_actions.core.switches.email_clock import EmailClock
from campaign_actions.staff.models import StaffMember
from campaign_actions.staff.queries import find_member_by_id


def make_member_token(purpose: str, member: StaffMember) -> str:
    return make_token(purpose, f"{member.id}-{_uniquifier_hash(member)}")


def find_member_by_token(
    token: str, purpose: str, lifetime: timedelta, clock: EmailClock = RUNNING
) -> StaffMember | None:
    """The member a token was made for, if it is still valid by a clock."""
    try:
        subject = read_token(purpose, token, max_age=lifetime, clock=clock)
    except DomainError:
        return None
    number, _dash, uniquifier_hash = subject.partition("-")
    member = find_member_by_id(int(number))
    return member if member and uniquifier_hash == _uniquifier_hash(member) else None


def _uniquifier_hash(member: StaffMember) -> str:
    return hashlib.sha256(member.fs_uniquifier.encode()).hexdigest()[:32]
