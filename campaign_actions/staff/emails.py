"""Emails to staff. Their content is decided on delivery."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from campaign_actions.core.mail.render import AddressMailMaker, Mail, MailMaker
from campaign_actions.core.organization import organization_email
from campaign_actions.core.urls import public_url_for
from campaign_actions.staff import invitations
from campaign_actions.staff.authentication import password_reset, wrong_code_limit
from campaign_actions.staff.authentication.mfa_enrolment import needs_factor
from campaign_actions.staff.models import StaffMember
from campaign_actions.staff.notifications import TEST_MAIL
from campaign_actions.staff.queries import find_member, find_member_by_id


def staff_mails() -> dict[str, MailMaker | AddressMailMaker]:
    """By the names they are queued under."""
    return {
        "staff-invite": _to_member(_invitation),
        "staff-reset": AddressMailMaker(reset_mail),
        "staff-password-changed": _to_member(_notice("staff-password-changed")),
        "staff-factor-changed": _to_member(_notice("staff-factor-changed")),
        "staff-roles-changed": _to_member(_notice("staff-roles-changed")),
        TEST_MAIL: _to_member(_notice(TEST_MAIL)),
        wrong_code_limit.CODES_BLOCKED_MAIL: _to_member(
            _notice(wrong_code_limit.CODES_BLOCKED_MAIL, most=wrong_code_limit.MAX_WRONG_CODES)
        ),
    }


def invitation_link(member: StaffMember) -> str:
    return public_url_for(
        "staff_access_invitations.invitation", token=invitations.invitation_token(member)
    )


@dataclass(frozen=True)
class Recipient:
    """The member an email is for, the key of their mailbox, and the current time."""

    member: StaffMember
    mailbox: str
    now: datetime


def _to_member(make: Callable[[Recipient], Mail | None]) -> MailMaker:
    def maker(about: int | None, email_key: str, _locale: str, now: datetime) -> Mail | None:
        """None if the member no longer exists or is disabled."""
        member = find_member_by_id(about) if about else None
        if member is None or not member.active:
            return None
        return make(Recipient(member, email_key, now))

    return maker


def _invitation(recipient: Recipient) -> Mail | None:
    if recipient.member.state != "invited":
        return None
    links = {"invitation_url": invitation_link(recipient.member)}
    values = {
        "days": invitations.INVITATION_LIFETIME.days,
        "needs_factor": needs_factor(recipient.member),
    }
    return Mail(
        "staff-invite", _common_values(recipient.member) | values, links, to=recipient.member.email
    )


def reset_mail(address: str, mailbox: str, now: datetime) -> Mail | None:
    """A link for setting a new password, if an active member has this address.

    At most one an hour, so nobody's mailbox fills up. The one before still works for another hour.
    """
    member = find_member(address)
    if member is None or not member.can_log_in:
        return None
    if password_reset.has_recent_reset_mail(mailbox, now):
        return None
    token = password_reset.reset_token(member)
    links = {"reset_url": public_url_for("staff_access_invitations.reset_password", token=token)}
    values = {"hours": int(password_reset.LINK_LIFETIME.total_seconds()) // 3600}
    to = {"to": member.email, "locale": member.locale}
    return Mail("staff-reset", _common_values(member) | values, links, **to)


def _notice(template: str, **values: object) -> Callable[[Recipient], Mail | None]:
    def make(recipient: Recipient) -> Mail | None:
        links = {"login_url": public_url_for("security.login")}
        return Mail(
            template, _common_values(recipient.member) | values, links, to=recipient.member.email
        )

    return make


def _common_values(member: StaffMember) -> dict[str, object]:
    return {"privacy_url": "", "contact": organization_email(member.locale)}
