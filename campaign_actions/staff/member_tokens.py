"""Tokens for links that only one member can use. They all stop working when `fs_uniquifier` changes."""

from campaign_actions.core.errors import DomainError
from campaign_actions.core.security.signed_tokens import RUNNING, TokenKind
from campaign_actions.core.switches.email_clock import EmailClock
from campaign_actions.staff.models import StaffMember
from campaign_actions.staff.queries import find_member_by_uniquifier


def make_member_token(kind: TokenKind, member: StaffMember) -> str:
    return kind.make(member.fs_uniquifier)


def find_member_by_token(
    token: str, kind: TokenKind, clock: EmailClock = RUNNING
) -> StaffMember | None:
    """The member a token was made for, if it is still valid by a clock."""
    try:
        return find_member_by_uniquifier(kind.read(token, clock=clock))
    except DomainError:
        return None
