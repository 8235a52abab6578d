"""Inviting people to become staff members, and accepting an invitation."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Self

from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection, select

from campaign_actions.audit.log import add_entry
from campaign_actions.core.db.session import JsonValue, db, write_transaction
from campaign_actions.core.db.upsert import dialect_insert
from campaign_actions.core.errors import DomainError, NotFound
from campaign_actions.core.security.signed_tokens import TokenKind
from campaign_actions.core.switches.state import email_clock
from campaign_actions.staff.authentication.sessions import new_uniquifier, revoke_access
from campaign_actions.staff.dual_control import Approval, MemberOperation, Operation, apply_alone
from campaign_actions.staff.grant_roles import (
    insert_languages,
    insert_roles,
    record_sole_granter,
    role_details,
)
from campaign_actions.staff.member_tokens import find_member_by_token, make_member_token
from campaign_actions.staff.models import StaffMember
from campaign_actions.staff.notifications import drop_staff_mail, enqueue_staff_mail
from campaign_actions.staff.permissions import Grants, RoleLists, grants_from_json, grants_to_json
from campaign_actions.staff.queries import (
    approver_rights,
    find_member,
    find_member_by_id,
    grants_of,
    member_update,
)

INVITATION_LIFETIME = timedelta(days=7)
INVITATION = TokenKind("staff invitation", INVITATION_LIFETIME)


class AlreadyMember(DomainError):
    title = _l("This address already has an account")
    message = _l(
        "Someone already has an account with this email address. Change their roles instead."
    )


class InvitationExpired(DomainError):
    status = 410
    title = _l("This invitation no longer works")
    message = _l(
        "It has already been used, has expired or was replaced by a newer one. Please ask"
        " the person who invited you for a new one."
    )


@dataclass(frozen=True)
class Invite(Operation):
    """Create a member who has not joined yet, and queue their invitation.

    Guarded when the roles let them approve requests. Otherwise anyone who may invite could create
    their own second person.
    """

    kind: ClassVar[str] = "invite"
    permission: ClassVar[str] = "staff.manage"

    email: str
    roles: RoleLists
    languages: list[str] | None  # those they translate and approve in; None: all
    locale: str

    @classmethod
    def of(
        cls, email: str, grants: Grants, languages: Collection[str] | None, *, locale: str
    ) -> Self:
        limits = None if languages is None else sorted(languages)
        return cls(email.lower(), grants_to_json(grants), limits, locale)

    @property
    def target(self) -> str:
        return self.email

    def subject(self) -> str:
        return self.email

    def is_guarded(self, connection: Connection) -> bool:
        return bool(approver_rights(grants_from_json(self.roles)))

    def check(self, connection: Connection, actor: str) -> None:
        """Raises AlreadyMember."""
        known = select(StaffMember.id).where(StaffMember.email == self.email)
        if connection.scalar(known) is not None:
            raise AlreadyMember

    def apply(self, connection: Connection, approval: Approval, now: datetime) -> None:
        member = self._insert(connection, now)
        grants = grants_from_json(self.roles)
        insert_roles(connection, member.id, grants)
        record_sole_granter(connection, member.id, grants, approval)
        insert_languages(connection, member.id, self.languages)
        enqueue_staff_mail(connection, "staff-invite", member, now)
        add_entry(
            connection,
            "staff-invited",
            actor=approval.actor,
            now=now,
            subject=self.email,
            **role_details(grants, self.languages),
            **approval.details(),
        )

    def _insert(self, connection: Connection, now: datetime) -> StaffMember:
        row = {
            "email": self.email,
            "name": "",
            "locale": self.locale,
            "active": True,
            "invited_at": now,
            "fs_uniquifier": new_uniquifier(),
        }
        new = dialect_insert(connection.dialect.name)(StaffMember).values(row)
        staff_id = connection.scalar(new.on_conflict_do_nothing().returning(StaffMember.id))
        if staff_id is None:
            raise AlreadyMember
        member = find_member_by_id(staff_id)
        assert member
        return member


@dataclass(frozen=True)
class InviteAgain(MemberOperation):
    """Queue another invitation; links in earlier ones stop working.

    Guarded like the first one: it could revive what one person alone decided long ago.
    """

    kind: ClassVar[str] = "invite-again"

    def is_guarded(self, connection: Connection) -> bool:
        return bool(approver_rights(grants_of(self.member())))

    def check(self, connection: Connection, actor: str) -> None:
        """Raises NotFound when the member has joined or is disabled."""
        self.member()

    def seen(self, connection: Connection) -> Mapping[str, JsonValue]:
        member = self.member()
        return {"email": member.email, "roles": grants_to_json(grants_of(member))}

    def apply(self, connection: Connection, approval: Approval, now: datetime) -> None:
        member = self.member()
        revoke_access(connection, member.id)
        connection.execute(member_update(member.id).values(invited_at=now))
        record_sole_granter(connection, member.id, grants_of(member), approval)
        drop_staff_mail(connection, member)
        enqueue_staff_mail(connection, "staff-invite", member, now)
        self.record(connection, "staff-invited", approval, now)

    def member(self) -> StaffMember:
        member = super().member()
        if member.state != "invited":
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
    """Invite someone on the decision of one person or a command; the new member's id.

    Raises AlreadyMember, SecondPersonNeeded.
    """
    operation = Invite.of(email, grants, languages, locale=locale)
    apply_alone(operation, actor=actor, now=now)
    member = find_member(operation.email)
    assert member
    return member.id


def invitation_token(member: StaffMember) -> str:
    return make_member_token(INVITATION, member)


def find_member_by_invitation(token: str) -> StaffMember:
    """The member an invitation is for, by the clock of emails. Raises InvitationExpired."""
    member = find_member_by_token(token, INVITATION, email_clock())
    if member is None or member.state != "invited":
        raise InvitationExpired
    return member


def accept_invitation(
    member: StaffMember, *, name: str, locale: str, password_hash: str, now: datetime
) -> None:
    """Join, once. Raises InvitationExpired when the same link has just been used."""
    joined = member_update(member.id).where(
        StaffMember.fs_uniquifier == member.fs_uniquifier,
        StaffMember.password.is_(None),
        StaffMember.active,
    )
    values = {"name": name, "locale": locale, "password": password_hash, "joined_at": now}
    with write_transaction() as connection:
        if not connection.execute(joined.values(values)).rowcount:
            raise InvitationExpired
        revoke_access(connection, member.id)
        add_entry(connection, "staff-joined", actor=member.email, now=now)
    db.session.expire(member)
