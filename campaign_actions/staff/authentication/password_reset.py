"""Changing a password: by an emailed link, or while logged in."""

from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import insert, select

from campaign_actions.audit.log import add_entry
from campaign_actions.core.db.session import db, write_transaction
from campaign_actions.core.errors import DomainError
from campaign_actions.core.security.email_address import email_key
from campaign_actions.core.security.signed_tokens import TokenKind
from campaign_actions.outbox.enqueue import new_mail
from campaign_actions.outbox.models import OutboxMail
from campaign_actions.staff.authentication.sessions import RESET_MAIL, revoke_access
from campaign_actions.staff.member_tokens import find_member_by_token, make_member_token
from campaign_actions.staff.models import StaffMember
from campaign_actions.staff.notifications import enqueue_staff_mail
from campaign_actions.staff.queries import member_update

LINK_LIFETIME = timedelta(hours=2)
RESET = TokenKind("staff reset", LINK_LIFETIME)
MIN_MAIL_INTERVAL = timedelta(
    hours=1
)  # shorter than LINK_LIFETIME, so the last link always still works


class ResetLinkExpired(DomainError):
    status = 410
    title = _l("This link no longer works")
    message = _l(
        "It has already been used or has expired. Please request a new one on the login page."
    )


def request_reset(email: str, *, locale: str, now: datetime) -> None:
    """Queue an email to an address. Nothing is looked up, so the timing reveals nothing.

    Whether a member has this address and gets a link is decided on delivery, by `emails.reset_mail()`.
    """
    mail = new_mail(
        RESET_MAIL, to=email, email_key=email_key(email), locale=locale, lane="staff", now=now
    )
    with write_transaction() as connection:
        connection.execute(insert(OutboxMail).values(mail))


def has_recent_reset_mail(mailbox: str, now: datetime) -> bool:
    """Whether a link went to a mailbox within MIN_MAIL_INTERVAL; `revoke_access()` forgets these."""
    sent = select(OutboxMail.id).where(
        OutboxMail.email_key == mailbox,
        OutboxMail.sent_at > now - MIN_MAIL_INTERVAL,
        OutboxMail.template == RESET_MAIL,
    )
    return db.session.scalars(sent.limit(1)).first() is not None


def reset_token(member: StaffMember) -> str:
    return make_member_token(RESET, member)


def find_member_by_reset_token(token: str) -> StaffMember:
    """The member a link is for. Raises ResetLinkExpired."""
    member = find_member_by_token(token, RESET)
    if member is None or not member.can_log_in:
        raise ResetLinkExpired
    return member


def update_hash(member: StaffMember, password_hash: str) -> None:
    """Store a new hash of the same password, unless the password has just changed. No session ends."""
    with write_transaction() as connection:
        connection.execute(
            member_update(member.id)
            .where(StaffMember.password == member.password)
            .values(password=password_hash)
        )
    db.session.expire(member)


def change_password(
    member: StaffMember, password_hash: str, *, now: datetime, keep_session: str = ""
) -> None:
    """Set a new password, end all sessions and links of the member, and tell them by email.

    `keep_session`: the id of a session that continues. Raises ResetLinkExpired when the same link has
    just been used.
    """
    change = member_update(member.id).where(
        StaffMember.fs_uniquifier == member.fs_uniquifier,
        StaffMember.active,
    )
    with write_transaction() as connection:
        if not connection.execute(change.values(password=password_hash)).rowcount:
            raise ResetLinkExpired
        revoke_access(connection, member.id, keep_session=keep_session)
        enqueue_staff_mail(connection, "staff-password-changed", member, now)
        add_entry(connection, "password-changed", actor=member.email, now=now)
    db.session.expire(member)
