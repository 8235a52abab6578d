"""A new password: by a link in a mail, or by who is logged in."""

from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import insert, select, update

from campaign_actions.audit.log import add_entry
from campaign_actions.core.db.session import db, write_transaction
from campaign_actions.core.errors import DomainError
from campaign_actions.core.security.email_address import email_key
from campaign_actions.core.security.signed_tokens import make_token
from campaign_actions.outbox.enqueue import new_mail
from campaign_actions.outbox.models import OutboxMail
from campaign_actions.staff.authentication.sessions import RESET_MAIL, lock_out
from campaign_actions.staff.invitations import mark_of, member_in, queue
from campaign_actions.staff.models import StaffMember

PURPOSE = "staff reset"
LIFE = timedelta(hours=2)
ONE_EACH = timedelta(hours=1)  # so there is always one in the mailbox that still works


class ResetGone(DomainError):
    status = 410
    title = _l("This link no longer works")
    message = _l("It was used already, or it has run out. Please ask for a new one.")


def ask_for_reset(email: str, *, locale: str, now: datetime) -> None:
    """Queue a mail to an address. Nothing is looked up, so the time that it takes says nothing.

    Whether there is a member with this address, and whether they get a link, is decided when the
    mail is delivered: `mailing.reset_mail()`.
    """
    mail = new_mail(
        RESET_MAIL, to=email, email_key=email_key(email), locale=locale, lane="staff", now=now
    )
    with write_transaction() as connection:
        connection.execute(insert(OutboxMail).values(mail))


def had_reset_mail(mailbox: str, now: datetime) -> bool:
    """Whether a link that still works for an hour has just gone to a mailbox; see `lock_out()`."""
    sent = select(OutboxMail.id).where(
        OutboxMail.email_key == mailbox,
        OutboxMail.sent_at > now - ONE_EACH,
        OutboxMail.template == RESET_MAIL,
    )
    return db.session.scalars(sent.limit(1)).first() is not None


def reset_token(member: StaffMember) -> str:
    return make_token(PURPOSE, f"{member.id}-{mark_of(member)}")


def find_resetting(token: str) -> StaffMember:
    """Whose link it is. Raises ResetGone."""
    member = member_in(token, PURPOSE, LIFE)
    if member is None or not member.active or not member.password:
        raise ResetGone
    return member


def renew_hash(member: StaffMember, password_hash: str) -> None:
    """Keep a new hash of the same password, unless it was changed at this moment. No session ends."""
    same = StaffMember.id == member.id, StaffMember.password == member.password
    with write_transaction() as connection:
        connection.execute(update(StaffMember).where(*same).values(password=password_hash))
    db.session.expire(member)


def change_password(
    member: StaffMember, password_hash: str, *, now: datetime, but: str = ""
) -> None:
    """Set a new password, end all sessions and links of the member, and tell them by mail.

    `but`: the id of the session that goes on. Raises ResetGone when somebody was faster with the
    same link.
    """
    change = update(StaffMember).where(
        StaffMember.id == member.id,
        StaffMember.fs_uniquifier == member.fs_uniquifier,
        StaffMember.active,
    )
    with write_transaction() as connection:
        if not connection.execute(change.values(password=password_hash)).rowcount:
            raise ResetGone
        lock_out(connection, member.id, but=but)
        queue(connection, "staff-password-changed", member.id, member.email, member.locale, now)
        add_entry(connection, "password-changed", actor=member.email, now=now)
    db.session.expire(member)
