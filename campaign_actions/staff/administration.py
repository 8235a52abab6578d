"""What administrators do with the people who work here. Somebody is always left who may.

Each is an operation that may need a second person (`dual_control.py`); the functions do it on one word.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self

from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection, delete, select, update

from campaign_actions.audit.log import COMMAND, add_entry
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.core.errors import Conflict, NotFound
from campaign_actions.staff.authentication.code_limit import (
    MOST_WRONG_CODES,
    count_wrong_codes,
    lift_block,
    start_again,
)
from campaign_actions.staff.authentication.mfa_enrolment import take_factors
from campaign_actions.staff.authentication.sessions import lock_out
from campaign_actions.staff.dual_control import Approval, Operation, do_alone
from campaign_actions.staff.invitations import (
    RoleLists,
    as_grants,
    as_lists,
    give_languages,
    grant,
    in_words,
    note_who_gave,
    queue,
)
from campaign_actions.staff.models import RoleCampaign, StaffLanguage, StaffMember, StaffRole
from campaign_actions.staff.permissions import ROLES, Grants
from campaign_actions.staff.queries import (
    approving_rights,
    find_member_by_id,
    grants_of,
    languages_of,
)

MANAGING = {role for role, permissions in ROLES.items() if "staff.manage" in permissions}


class LastAdministrator(Conflict):
    title = _l("Somebody has to be left")
    message = _l(
        "This is the last administrator. Make somebody else one first, and wait until they have joined."
    )


class NotYourself(Conflict):
    title = _l("You cannot disable yourself")
    message = _l("Another administrator can do it.")


class NotYourOwnFactor(NotYourself):
    title = _l("You cannot reset your own second factor")


class NotYourOwnCodes(NotYourself):
    title = _l("You cannot lift the limit on your own codes")


class CodesAllowedToday(Conflict):
    title = _l("Codes can be allowed again only once in 24 hours")
    message = _l(
        "There have been too many wrong codes again since then. Someone may be guessing them."
    )


@dataclass(frozen=True)
class _OnMember(Operation):
    """What is done to somebody who is here already."""

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

    def seen(self, connection: Connection) -> Mapping[str, Any]:
        member = self._member()
        languages = languages_of(member)
        return {
            "roles": as_lists(grants_of(member)),
            "languages": None if languages is None else sorted(languages),
            "is_active": member.active,
            "has_joined": member.password is not None,
        }

    def _member(self) -> StaffMember:
        """As the database has it at this moment."""
        db.session.expire_all()
        member = find_member_by_id(self.staff_id)
        if member is None:
            raise NotFound
        return member


@dataclass(frozen=True)
class ChangeRoles(_OnMember):
    """Give somebody these roles and no others. Their sessions end, and an email tells them.

    Guarded where it gives or takes what makes somebody a second person. Saving the same roles again is
    guarded where one person alone had given them: then two people have.
    """

    kind: ClassVar[str] = "change-roles"

    roles: RoleLists
    languages: list[str] | None  # those in which they translate and approve; None: all

    @classmethod
    def of(cls, staff_id: int, grants: Grants, languages: Collection[str] | None) -> Self:
        return cls(staff_id, as_lists(grants), None if languages is None else sorted(languages))

    def is_guarded(self, connection: Connection) -> bool:
        member = self._member()
        before, after = grants_of(member), as_grants(self.roles)
        if approving_rights(before) != approving_rights(after):
            return True
        is_same = before == after and member.roles_given_by is not None
        return is_same and bool(approving_rights(after))

    def check(self, connection: Connection, actor: str) -> None:
        """Raises LastAdministrator."""
        _keep_one(connection, self.staff_id, as_grants(self.roles))

    def apply(self, connection: Connection, approval: Approval, now: datetime) -> None:
        member, grants = self._member(), as_grants(self.roles)
        self.check(connection, approval.actor)
        if self.is_guarded(connection):
            note_who_gave(connection, member.id, grants, approval)
        for given in (RoleCampaign, StaffRole, StaffLanguage):
            connection.execute(delete(given).where(given.staff_id == member.id))
        grant(connection, member.id, grants)
        give_languages(connection, member.id, self.languages)
        lock_out(connection, member.id)
        queue(connection, "staff-roles-changed", member.id, member.email, member.locale, now)
        _changed(connection, member, approval, now, **in_words(grants, self.languages))


@dataclass(frozen=True)
class Disable(_OnMember):
    """Nobody logs in with this address any more: a member is removed. Guarded once they have joined."""

    kind: ClassVar[str] = "disable-member"
    is_consent_enough: ClassVar[bool] = True

    def is_guarded(self, connection: Connection) -> bool:
        member = self._member()
        return member.active and member.password is not None

    def check(self, connection: Connection, actor: str) -> None:
        """Raises NotYourself, LastAdministrator."""
        if self._member().email == actor:
            raise NotYourself
        _keep_one(connection, self.staff_id, {})

    def apply(self, connection: Connection, approval: Approval, now: datetime) -> None:
        member = self._member()
        self.check(connection, approval.actor)
        connection.execute(_of(member).values(active=False))
        lock_out(connection, member.id)
        facts = {"subject": member.email, **approval.facts()}
        add_entry(connection, "staff-disabled", actor=approval.actor, now=now, **facts)


@dataclass(frozen=True)
class Enable(_OnMember):
    """Let somebody in again who was disabled, with the password and the factors they had.

    Guarded where their roles make them a second person.
    """

    kind: ClassVar[str] = "enable-member"

    def is_guarded(self, connection: Connection) -> bool:
        return bool(approving_rights(grants_of(self._member())))

    def apply(self, connection: Connection, approval: Approval, now: datetime) -> None:
        member = self._member()
        if not member.active:
            note_who_gave(connection, member.id, grants_of(member), approval)
        connection.execute(_of(member).values(active=True))
        _changed(connection, member, approval, now, change="enabled")


@dataclass(frozen=True)
class ResetFactor(_OnMember):
    """For who has lost their phone and the recovery codes: they set up a new one at the next log-in.

    Not for oneself, or the password alone would do.
    """

    kind: ClassVar[str] = "reset-second-factor"

    def check(self, connection: Connection, actor: str) -> None:
        """Raises NotYourOwnFactor."""
        if self._member().email == actor:
            raise NotYourOwnFactor

    def apply(self, connection: Connection, approval: Approval, now: datetime) -> None:
        member = self._member()
        self.check(connection, approval.actor)
        take_factors(connection, member.id)
        lock_out(connection, member.id)
        queue(connection, "staff-factor-changed", member.id, member.email, member.locale, now)
        _changed(connection, member, approval, now, change="second factor reset")


@dataclass(frozen=True)
class AllowCodes(_OnMember):
    """Let the codes of somebody's app be tried again, though there were too many wrong ones.

    Each time is as many more guesses for whoever knows the password: so two people decide it, and the
    wrong codes of the day go on counting. Only a command forgets them.
    """

    kind: ClassVar[str] = "allow-codes"

    def seen(self, connection: Connection) -> Mapping[str, Any]:
        """Also which block it is: a later one is asked for anew."""
        until = self._member().codes_blocked_until
        return {**super().seen(connection), "blocked_until": until and until.isoformat()}

    def check(self, connection: Connection, actor: str) -> None:
        """Raises NotYourOwnCodes, CodesAllowedToday."""
        if actor == COMMAND:
            return
        if self._member().email == actor:
            raise NotYourOwnCodes
        if count_wrong_codes(connection, self.staff_id, utc_now()) >= MOST_WRONG_CODES:
            raise CodesAllowedToday

    def apply(self, connection: Connection, approval: Approval, now: datetime) -> None:
        member = self._member()
        self.check(connection, approval.actor)
        if approval.actor == COMMAND:
            start_again(connection, member.id)
        else:
            lift_block(connection, member.id)
        _changed(connection, member, approval, now, change="codes allowed")


def change_roles(
    member: StaffMember,
    grants: Grants,
    *,
    actor: str,
    now: datetime,
    languages: frozenset[str] | None = None,
) -> None:
    """Raises LastAdministrator, SecondPersonNeeded."""
    do_alone(ChangeRoles.of(member.id, grants, languages), actor=actor, now=now)


def disable(member: StaffMember, *, actor: str, now: datetime) -> None:
    """Raises NotYourself, LastAdministrator, SecondPersonNeeded."""
    do_alone(Disable(member.id), actor=actor, now=now)


def enable(member: StaffMember, *, actor: str, now: datetime) -> None:
    """Raises SecondPersonNeeded."""
    do_alone(Enable(member.id), actor=actor, now=now)


def reset_factor(member: StaffMember, *, actor: str, now: datetime) -> None:
    """Raises NotYourOwnFactor, SecondPersonNeeded."""
    do_alone(ResetFactor(member.id), actor=actor, now=now)


def allow_codes(member: StaffMember, *, actor: str, now: datetime) -> None:
    """Raises NotYourOwnCodes, CodesAllowedToday, SecondPersonNeeded."""
    do_alone(AllowCodes(member.id), actor=actor, now=now)


def _changed(
    connection: Connection, member: StaffMember, approval: Approval, now: datetime, **details: Any
) -> None:
    facts: dict[str, Any] = {"subject": member.email, **details, **approval.facts()}
    add_entry(connection, "staff-changed", actor=approval.actor, now=now, **facts)


def _keep_one(connection: Connection, staff_id: int, grants: Grants) -> None:
    """Raises LastAdministrator where somebody is the only one who manages, and would not with these roles."""
    others = _other_administrators(connection, staff_id)
    if not others and not _are_managing(grants) and _is_administrator(connection, staff_id):
        raise LastAdministrator


def _other_administrators(connection: Connection, staff_id: int) -> Collection[int]:
    """Who else may manage staff, and stays so until this transaction ends.

    Two that would each remove the other do so one after the other; the second asks again, and is
    refused.
    """
    connection.execute(_administrators().with_for_update(of=StaffMember))
    return set(connection.scalars(_administrators())) - {staff_id}


def _is_administrator(connection: Connection, staff_id: int) -> bool:
    found = connection.scalar(_administrators().where(StaffMember.id == staff_id))
    return found is not None


def _administrators() -> Any:
    """Who has joined, is let in, and may manage staff: not limited to campaigns."""
    return (
        select(StaffMember.id)
        .join(StaffRole, StaffRole.staff_id == StaffMember.id)
        .where(
            StaffRole.role.in_(MANAGING),
            StaffRole.is_limited.is_(False),
            StaffMember.active,
            StaffMember.password.is_not(None),
        )
        .order_by(StaffMember.id)
    )


def _are_managing(grants: Grants) -> bool:
    return any(role in MANAGING and campaigns is None for role, campaigns in grants.items())


def _of(member: StaffMember) -> Any:
    return update(StaffMember).where(StaffMember.id == member.id)
