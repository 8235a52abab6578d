"""Settings that members change themselves: name, languages, time zone, emails, and names of passkeys."""

from datetime import datetime

from sqlalchemy import select, update

from campaign_actions.audit.log import add_entry
from campaign_actions.core.db.session import db, write_transaction
from campaign_actions.core.db.words import add_word
from campaign_actions.staff.models import Passkey, StaffMember
from campaign_actions.staff.queries import member_update


def update_profile(
    member: StaffMember, *, name: str, locale: str, timezone: str, now: datetime
) -> None:
    """`timezone`: "" for the organisation's."""
    _update(member, now, name=name, locale=locale, timezone=timezone)


def set_wants_translation_mail(member: StaffMember, is_wanted: bool, *, now: datetime) -> None:
    """Whether a member gets an email when there are new texts to translate."""
    if member.wants_translation_mail != is_wanted:
        _update(member, now, wants_translation_mail=is_wanted)


def set_wants_cluster_mail(member: StaffMember, is_wanted: bool, *, now: datetime) -> None:
    """Whether a member gets an email about new suspicious clusters."""
    if member.wants_cluster_mail != is_wanted:
        _update(member, now, wants_cluster_mail=is_wanted)


def remember_second_language(member: StaffMember, locale: str) -> None:
    """Open editors with this second language from now on. Not in the audit log: it concerns only them."""
    if member.second_locale != locale:
        with write_transaction() as connection:
            connection.execute(member_update(member.id).values(second_locale=locale))
        db.session.expire(member)


def leave_out_step(member: StaffMember, name: str) -> None:
    """Leave out one of the first steps. Not in the audit log: it concerns only the member."""
    with write_transaction() as connection:
        add_word(connection, StaffMember.left_out_steps, StaffMember.id == member.id, name)
    db.session.expire(member)


def rename_passkey(member: StaffMember, passkey_id: int, *, name: str, now: datetime) -> None:
    """Rename a passkey of the member. Does nothing if it has that name or no longer exists."""
    is_own = Passkey.id == passkey_id, Passkey.user_id == member.id
    with write_transaction() as connection:
        former = connection.scalar(select(Passkey.name).where(*is_own).with_for_update())
        if former in (None, name):
            return
        connection.execute(update(Passkey).where(*is_own).values(name=name))
        add_entry(
            connection,
            "passkey-renamed",
            actor=member.email,
            now=now,
            name=name,
            former_name=former,
        )
    db.session.expire(member)


def _update(member: StaffMember, now: datetime, **values: str | bool) -> None:
    with write_transaction() as connection:
        connection.execute(member_update(member.id).values(**values))
        add_entry(connection, "account-changed", actor=member.email, now=now)
    db.session.expire(member)
