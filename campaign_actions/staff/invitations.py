"""Inviting somebody to work here, and what they do with the invitation."""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection, insert, select, update

from campaign_actions.audit.log import add_entry
from campaign_actions.core.db.session import db, write_transaction
from campaign_actions.core.db.upsert import dialect_insert
from campaign_actions.core.errors import DomainError, NotFound
from campaign_actions.core.security.email_address import email_key
from campaign_actions.core.security.signed_tokens import make_token, read_token
from campaign_actions.outbox.enqueue import new_mail
from campaign_actions.outbox.models import OutboxMail
from campaign_actions.staff.authentication.sessions import lock_out, new_uniquifier
from campaign_actions.staff.dual_control import Approval, Operation, do_alone
from campaign_actions.staff.models import RoleCampaign, StaffLanguage, StaffMember, StaffRole
from campaign_actions.staff.permissions import Grants
from campaign_actions.staff.queries import (
    approving_rights,
    find_member,
    find_member_by_id,
    grants_of,
)

# Roles as JSON has them: for each the ids of its campaigns in their order; None: all.
RoleLists = dict[str, list[int] | None]
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


@dataclass(frozen=True)
class Invite(Operation):
    """Make a staff member who has not joined yet, and queue their invitation.

    Guarded where the roles make them a second person: whoever may invite would make their own.
    """

    kind: ClassVar[str] = "invite"
    permission: ClassVar[str] = "staff.manage"

    email: str
    roles: RoleLists
    languages: list[str] | None  # those in which they translate and approve; None: all
    locale: str

    @classmethod
    def of(
        cls, email: str, grants: Grants, languages: Collection[str] | None, *, locale: str
    ) -> Self:
        limits = None if languages is None else sorted(languages)
        return cls(email.lower(), as_lists(grants), limits, locale)

    @property
    def target(self) -> str:
        return self.email

    def subject(self) -> str:
        return self.email

    def is_guarded(self, connection: Connection) -> bool:
        return bool(approving_rights(as_grants(self.roles)))

    def check(self, connection: Connection, actor: str) -> None:
        """Raises AlreadyHere."""
        known = select(StaffMember.id).where(StaffMember.email == self.email)
        if connection.scalar(known) is not None:
            raise AlreadyHere

    def apply(self, connection: Connection, approval: Approval, now: datetime) -> None:
        row = {
            "email": self.email,
            "name": "",
            "locale": self.locale,
            "active": True,
            "invited_at": now,
            "fs_uniquifier": new_uniquifier(),
        }
        new = dialect_insert(connection.dialect.name)(StaffMember).values(row)
        new = new.on_conflict_do_nothing().returning(StaffMember.id)
        staff_id = connection.scalar(new)
        if staff_id is None:
            raise AlreadyHere
        grants = as_grants(self.roles)
        grant(connection, staff_id, grants)
        note_who_gave(connection, staff_id, grants, approval)
        give_languages(connection, staff_id, self.languages)
        queue(connection, "staff-invite", staff_id, self.email, self.locale, now)
        facts = in_words(grants, self.languages) | approval.facts()
        add_entry(
            connection, "staff-invited", actor=approval.actor, now=now, subject=self.email, **facts
        )


@dataclass(frozen=True)
class InviteAgain(Operation):
    """Queue another invitation; the links of earlier ones are dead from now on.

    Guarded as the first one: what one person decided alone long ago would come alive again.
    """

    kind: ClassVar[str] = "invite-again"
    permission: ClassVar[str] = "staff.manage"

    staff_id: int

    @property
    def target(self) -> str:
        return f"member-{self.staff_id}"

    @property
    def subject_id(self) -> int | None:
        return self.staff_id

    def subject(self) -> str:
        return self._member().email

    def is_guarded(self, connection: Connection) -> bool:
        return bool(approving_rights(grants_of(self._member())))

    def check(self, connection: Connection, actor: str) -> None:
        """Raises NotFound for who has joined meanwhile, or is disabled."""
        self._member()

    def seen(self, connection: Connection) -> Mapping[str, Any]:
        member = self._member()
        return {"email": member.email, "roles": as_lists(grants_of(member))}

    def apply(self, connection: Connection, approval: Approval, now: datetime) -> None:
        member = self._member()
        lock_out(connection, member.id)
        connection.execute(_of(member).values(invited_at=now))
        note_who_gave(connection, member.id, grants_of(member), approval)
        queue(connection, "staff-invite", member.id, member.email, member.locale, now)
        facts = {"subject": member.email, **approval.facts()}
        add_entry(connection, "staff-invited", actor=approval.actor, now=now, **facts)

    def _member(self) -> StaffMember:
        """As the database has it at this moment."""
        db.session.expire_all()
        member = find_member_by_id(self.staff_id)
        if member is None or member.password or not member.active:
            raise NotFound
        return member


def invite(
    email: str,
    grants: Grants,
    *,
    locale: str,
    actor: str,
    now: datetime,
    languages: frozenset[str] | None = None,
) -> int:
    """Invite somebody on one person's word, or a command's. Their id.

    Raises AlreadyHere, SecondPersonNeeded.
    """
    operation = Invite.of(email, grants, languages, locale=locale)
    do_alone(operation, actor=actor, now=now)
    member = find_member(operation.email)
    assert member
    return member.id


def invite_again(member: StaffMember, *, actor: str, now: datetime) -> None:
    """Raises NotFound, SecondPersonNeeded."""
    do_alone(InviteAgain(member.id), actor=actor, now=now)


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
    with write_transaction() as connection:
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


def note_who_gave(
    connection: Connection, staff_id: int, grants: Grants, approval: Approval
) -> None:
    """Keep who alone gave roles that make somebody a second person, so that others see it."""
    giver = select(StaffMember.id).where(StaffMember.email == approval.alone).scalar_subquery()
    alone = giver if approving_rights(grants) and approval.alone else None
    this = update(StaffMember).where(StaffMember.id == staff_id)
    connection.execute(this.values(roles_given_by=alone))


def as_lists(grants: Grants) -> RoleLists:
    """Roles as JSON has them."""
    return {
        role: None if campaigns is None else sorted(campaigns)
        for role, campaigns in sorted(grants.items())
    }


def as_grants(roles: RoleLists) -> Grants:
    return {
        role: None if campaigns is None else frozenset(campaigns)
        for role, campaigns in roles.items()
    }


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
