"""What the mails to staff say, decided when they are delivered."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from campaign_actions.core.i18n.locale import organization_email
from campaign_actions.core.mail.render import AddressMailMaker, Mail, MailMaker
from campaign_actions.core.urls import public_url_for
from campaign_actions.staff import invitations
from campaign_actions.staff.authentication import code_limit, password_reset
from campaign_actions.staff.authentication.mfa_enrolment import needs_factor
from campaign_actions.staff.models import StaffMember
from campaign_actions.staff.queries import find_member, find_member_by_id


def staff_mails() -> dict[str, MailMaker | AddressMailMaker]:
    """By the names they are queued under. All begin with `staff-`: see outbox/lease.py."""
    return {
        "staff-invite": _to_member(_invitation),
        "staff-reset": AddressMailMaker(reset_mail),
        "staff-password-changed": _to_member(_news("staff-password-changed")),
        "staff-factor-changed": _to_member(_news("staff-factor-changed")),
        "staff-roles-changed": _to_member(_news("staff-roles-changed")),
        code_limit.MAIL: _to_member(_news(code_limit.MAIL, most=code_limit.MAX_WRONG_CODES)),
    }


def invitation_link(member: StaffMember) -> str:
    return public_url_for("staff_arriving.invitation", token=invitations.invitation_token(member))


@dataclass(frozen=True)
class Reader:
    """Whom a mail is for, and in which mailbox and when it is written."""

    member: StaffMember
    mailbox: str
    now: datetime


def _to_member(make: Callable[[Reader], Mail | None]) -> MailMaker:
    def maker(about: int | None, email_key: str, _locale: str, now: datetime) -> Mail | None:
        """Nothing for an address that nobody has, or nobody any more."""
        member = find_member_by_id(about) if about else None
        if member is None or not member.active:
            return None
        return make(Reader(member, email_key, now))

    return maker


def _invitation(reader: Reader) -> Mail | None:
    if reader.member.password:
        return None
    links = {"invitation_url": invitation_link(reader.member)}
    values = {"days": invitations.LIFE.days, "needs_factor": needs_factor(reader.member)}
    return Mail("staff-invite", _facts() | values, links, to=reader.member.email)


def reset_mail(address: str, mailbox: str, now: datetime) -> Mail | None:
    """A link to a new password, if somebody who has joined and is let in has this address.

    One each hour: the one before still works for an hour, and nobody's mailbox is filled.
    """
    member = find_member(address)
    if member is None or not member.active or not member.password:
        return None
    if password_reset.had_reset_mail(mailbox, now):
        return None
    token = password_reset.reset_token(member)
    links = {"reset_url": public_url_for("staff_arriving.reset", token=token)}
    values = {"hours": int(password_reset.LIFE.total_seconds()) // 3600}
    to = {"to": member.email, "locale": member.locale}
    return Mail("staff-reset", _facts() | values, links, **to)


def _news(template: str, **values: Any) -> Callable[[Reader], Mail | None]:
    def make(reader: Reader) -> Mail | None:
        links = {"login_url": public_url_for("security.login")}
        return Mail(template, _facts() | values, links, to=reader.member.email)

    return make


def _facts() -> dict[str, Any]:
    return {"privacy_url": "", "contact": organization_email()}
