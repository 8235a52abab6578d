"""Inviting somebody to work here, and what they do with the invitation."""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection, insert, update

from campaign_actions.audit.recording import add_entry
from campaign_actions.core.database import db, writing
from campaign_actions.core.emails import email_key
from campaign_actions.core.errors import DomainError
from campaign_actions.core.statements import dialect_insert
from campaign_actions.core.tokens import make_token, read_token
from campaign_actions.outbox.models import OutboxMail
from campaign_actions.outbox.queueing import new_mail
from campaign_actions.staff.models import (
    RoleCampaign,
    StaffLanguage,
    StaffMember,
    StaffRole,
)
from campaign_actions.staff.permissions import Grants
from campaign_actions.staff.queries import find_member_by_id
from campaign_actions.staff.sessions import lock_out, new_uniquifier

PURPOSE = "staff invitation"
LIFE = timedelta(days=7)


class AlreadyHere(DomainError):
    title = _l("This address works here already")
    message = _l("There is somebody with this address already: change their roles instead.")


class InvitationGone(DomainError):
    status = 410
    title = _l("This invitation no longer works")
    message = _l(
        "It was used already, has run out, or a newer one was sent. Please ask for a new one."
    )


def invite(
    email: str,
    grants: Grants,
    *,
    locale: str,
    actor: str,
    now: datetime,
    languages: frozenset[str] | None = None,
) -> int:
    """Make a staff member who has not joined yet, and queue their invitation. Their id.

    `languages`: those in which they translate and approve; None: all.

    Raises AlreadyHere.
    """
    email = email.lower()
    member = {
        "email": email,
        "name": "",
        "locale": locale,
        "active": True,
        "invited_at": now,
        "fs_uniquifier": new_uniquifier(),
    }
    with writing() as connection:
        new = dialect_insert(connection.dialect.name)(StaffMember).values(member)
        new = new.on_conflict_do_nothing().returning(StaffMember.id)
        staff_id = connection.scalar(new)
        if staff_id is None:
            raise AlreadyHere
        grant(connection, staff_id, grants)
        give_languages(connection, staff_id, languages)
        queue(connection, "staff-invite", staff_id, email, locale, now)
        facts = in_words(grants, languages)
        add_entry(connection, "staff-invited", actor=actor, now=now, subject=email, **facts)
    return int(staff_id)


def invite_again(member: StaffMember, *, actor: str, now: datetime) -> None:
    """Queue another invitation; the links of earlier ones are dead from now on."""
    with writing() as connection:
        lock_out(connection, member.id)
        connection.execute(_of(member).values(invited_at=now))
        queue(connection, "staff-invite", member.id, member.email, member.locale, now)
        add_entry(connection, "staff-invited", actor=actor, now=now, subject=member.email)
    db.session.expire(member)


def invitation_token(member: StaffMember) -> str:
    return make_token(PURPOSE, f"{member.id}-{mark_of(member)}")


def find_invited(token: str) -> StaffMember:
    """Who an invitation is for. Raises InvitationGone."""
    member = member_in(token, PURPOSE, LIFE)
    if member is None or member.password or not member.active:
        raise InvitationGone
    return member


def accept(
    member: StaffMember, *, name: str, locale: str, password_hash: str, now: datetime
) -> None:
    """Join, once. Raises InvitationGone when somebody was faster with the same link."""
    joined = _of(member).where(
        StaffMember.fs_uniquifier == member.fs_uniquifier,
        StaffMember.password.is_(None),
        StaffMember.active,
    )
    facts = {"name": name, "locale": locale, "password": password_hash, "joined_at": now}
    with writing() as connection:
        if not connection.execute(joined.values(facts)).rowcount:
            raise InvitationGone
        lock_out(connection, member.id)
        add_entry(connection, "staff-joined", actor=member.email, now=now)
    db.session.expire(member)


def mark_of(member: StaffMember) -> str:
    """What links hold of a member's uniquifier: with a new one they are dead."""
    return hashlib.sha256(member.fs_uniquifier.encode()).hexdigest()[:32]


def member_in(token: str, purpose: str, life: timedelta) -> StaffMember | None:
    """Who a link is for, if it still works."""
    try:
        number, _dash, mark = read_token(purpose, token, max_age=life).partition("-")
    except DomainError:
        return None
    member = find_member_by_id(int(number))
    return member if member and mark == mark_of(member) else None


def grant(connection: Connection, staff_id: int, grants: Grants) -> None:
    """Give roles to somebody who has none."""
    for role, campaigns in grants.items():
        row = {"staff_id": staff_id, "role": role, "is_limited": campaigns is not None}
        connection.execute(insert(StaffRole).values(row))
        for campaign_id in sorted(campaigns or ()):
            limit = {"staff_id": staff_id, "role": role, "campaign_id": campaign_id}
            connection.execute(insert(RoleCampaign).values(limit))


def give_languages(connection: Connection, staff_id: int, languages: Iterable[str] | None) -> None:
    """Limit somebody who is not limited yet to languages; None: to none."""
    for locale in sorted(languages or ()):
        connection.execute(insert(StaffLanguage).values(staff_id=staff_id, locale=locale))


def queue(
    connection: Connection, template: str, staff_id: int, email: str, locale: str, now: datetime
) -> None:
    """A mail to a staff member."""
    mail = new_mail(
        template, to=email, email_key=email_key(email), locale=locale, about=staff_id, now=now
    )
    connection.execute(insert(OutboxMail).values(mail))


def in_words(grants: Grants, languages: Iterable[str] | None) -> dict[str, Any]:
    """Roles and their campaigns, and the languages if not all of them, for the audit log."""
    roles = {
        role: "all" if campaigns is None else sorted(campaigns)
        for role, campaigns in grants.items()
    }
    return {"roles": roles, "languages": None if languages is None else sorted(languages)}


def _of(member: StaffMember) -> Any:
    return update(StaffMember).where(StaffMember.id == member.id)
