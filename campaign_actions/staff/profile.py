"""How staff members present themselves, in which language they work, which mails they want."""

from datetime import datetime

from sqlalchemy import select, update

from campaign_actions.audit.log import add_entry
from campaign_actions.core.db.session import db, write_transaction
from campaign_actions.staff.models import Passkey, StaffMember


def update_profile(member: StaffMember, *, name: str, locale: str, now: datetime) -> None:
    theirs = update(StaffMember).where(StaffMember.id == member.id)
    with write_transaction() as connection:
        connection.execute(theirs.values(name=name, locale=locale))
        add_entry(connection, "account-changed", actor=member.email, now=now)
    db.session.expire(member)


def set_wants_translation_mail(member: StaffMember, is_wanted: bool, *, now: datetime) -> None:
    """Whether they get a mail when new texts wait to be translated."""
    if member.wants_translation_mail == is_wanted:
        return
    theirs = update(StaffMember).where(StaffMember.id == member.id)
    with write_transaction() as connection:
        connection.execute(theirs.values(wants_translation_mail=is_wanted))
        add_entry(connection, "account-changed", actor=member.email, now=now)
    db.session.expire(member)


def rename_passkey(member: StaffMember, passkey_id: int, *, name: str, now: datetime) -> None:
    """One of their own; nothing where it has the name already, or is there no more."""
    theirs = Passkey.id == passkey_id, Passkey.user_id == member.id
    with write_transaction() as connection:
        former = connection.scalar(select(Passkey.name).where(*theirs).with_for_update())
        if former in (None, name):
            return
        connection.execute(update(Passkey).where(*theirs).values(name=name))
        add_entry(
            connection,
            "passkey-renamed",
            actor=member.email,
            now=now,
            name=name,
            former_name=former,
        )
    db.session.expire(member)
