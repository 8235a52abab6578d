"""Operations on members, apart from their roles: disable, enable, reset a factor, allow codes.

Each is an operation that may need a second person; the functions do it on one person's decision.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection

from campaign_actions.audit.log import COMMAND
from campaign_actions.core.db.session import JsonValue, utc_now
from campaign_actions.core.errors import Conflict
from campaign_actions.staff.authentication.mfa_enrolment import remove_all_factors
from campaign_actions.staff.authentication.sessions import revoke_access
from campaign_actions.staff.authentication.wrong_code_limit import (
    MAX_WRONG_CODES_A_DAY,
    count_wrong_codes,
    lift_block,
    reset_wrong_codes,
)
from campaign_actions.staff.dual_control import Approval, MemberOperation, apply_alone
from campaign_actions.staff.grant_roles import record_sole_granter
from campaign_actions.staff.last_administrator import check_administrator_remains
from campaign_actions.staff.models import StaffMember
from campaign_actions.staff.notifications import drop_staff_mail, enqueue_staff_mail
from campaign_actions.staff.queries import approver_rights, grants_of, member_update


class CannotDisableSelf(Conflict):
    title = _l("You cannot disable your own account")
    message = _l("Ask another administrator to do it.")


class CannotResetOwnFactor(CannotDisableSelf):
    title = _l("You cannot reset your own second factor")


class CannotAllowOwnCodes(CannotDisableSelf):
    title = _l("You cannot allow codes again for your own account")


class CodesAllowedToday(Conflict):
    title = _l("Codes cannot be allowed again yet")
    message = _l(
        "There have been too many wrong codes in the last 24 hours, so someone may"
        " be guessing. Try again tomorrow, or ask someone with access to the"
        " server."
    )


@dataclass(frozen=True)
class DisableMember(MemberOperation):
    """Stop a member from logging in. Guarded once they have joined."""

    kind: ClassVar[str] = "disable-member"
    may_subject_approve: ClassVar[bool] = True

    def is_guarded(self, connection: Connection) -> bool:
        return self.member().can_log_in

    def check(self, connection: Connection, actor: str) -> None:
        """Raises CannotDisableSelf, LastAdministrator."""
        if self.member().email == actor:
            raise CannotDisableSelf
        check_administrator_remains(connection, self.staff_id, {})

    def apply(self, connection: Connection, approval: Approval, now: datetime) -> None:
        member = self.member()
        self.check(connection, approval.actor)
        connection.execute(member_update(member.id).values(active=False))
        revoke_access(connection, member.id)
        drop_staff_mail(connection, member)
        self.record(connection, "staff-disabled", approval, now)


@dataclass(frozen=True)
class EnableMember(MemberOperation):
    """Let a disabled member log in again, with the password and factors they had.

    Guarded when their roles let them approve requests.
    """

    kind: ClassVar[str] = "enable-member"

    def is_guarded(self, connection: Connection) -> bool:
        return bool(approver_rights(grants_of(self.member())))

    def apply(self, connection: Connection, approval: Approval, now: datetime) -> None:
        member = self.member()
        if not member.active:
            record_sole_granter(connection, member.id, grants_of(member), approval)
        connection.execute(member_update(member.id).values(active=True))
        self.record(connection, "staff-changed", approval, now, change="enabled")


@dataclass(frozen=True)
class ResetSecondFactor(MemberOperation):
    """For a member who has lost their phone and recovery codes: they set up a new factor at the next log-in.

    Nobody may reset their own, or a password alone would be enough.
    """

    kind: ClassVar[str] = "reset-second-factor"

    def check(self, connection: Connection, actor: str) -> None:
        """Raises CannotResetOwnFactor."""
        if self.member().email == actor:
            raise CannotResetOwnFactor

    def apply(self, connection: Connection, approval: Approval, now: datetime) -> None:
        member = self.member()
        self.check(connection, approval.actor)
        remove_all_factors(connection, member.id)
        revoke_access(connection, member.id)
        enqueue_staff_mail(connection, "staff-factor-changed", member, now)
        self.record(connection, "staff-changed", approval, now, change="second factor reset")


@dataclass(frozen=True)
class AllowCodes(MemberOperation):
    """Accept codes of a member's authenticator app again after too many wrong ones.

    It gives anyone who knows the password more guesses. So two people decide, and the day's wrong
    codes still count; only a command resets them.
    """

    kind: ClassVar[str] = "allow-codes"

    def seen(self, connection: Connection) -> Mapping[str, JsonValue]:
        """Includes the block itself: lifting a later one needs a new request."""
        until = self.member().codes_blocked_until
        return {**super().seen(connection), "blocked_until": until.isoformat() if until else None}

    def check(self, connection: Connection, actor: str) -> None:
        """Raises CannotAllowOwnCodes, CodesAllowedToday."""
        if actor == COMMAND:
            return
        if self.member().email == actor:
            raise CannotAllowOwnCodes
        if count_wrong_codes(connection, self.staff_id, utc_now()) >= MAX_WRONG_CODES_A_DAY:
            raise CodesAllowedToday

    def apply(self, connection: Connection, approval: Approval, now: datetime) -> None:
        self.check(connection, approval.actor)
        if approval.actor == COMMAND:
            reset_wrong_codes(connection, self.staff_id)
        else:
            lift_block(connection, self.staff_id)
        self.record(connection, "staff-changed", approval, now, change="codes allowed")


def disable_member(member: StaffMember, *, actor: str, now: datetime) -> None:
    """Raises CannotDisableSelf, LastAdministrator, SecondPersonNeeded."""
    apply_alone(DisableMember(member.id), actor=actor, now=now)


def enable_member(member: StaffMember, *, actor: str, now: datetime) -> None:
    """Raises SecondPersonNeeded."""
    apply_alone(EnableMember(member.id), actor=actor, now=now)


def reset_second_factor(member: StaffMember, *, actor: str, now: datetime) -> None:
    """Raises CannotResetOwnFactor, SecondPersonNeeded."""
    apply_alone(ResetSecondFactor(member.id), actor=actor, now=now)


def allow_codes(member: StaffMember, *, actor: str, now: datetime) -> None:
    """Raises CannotAllowOwnCodes, CodesAllowedToday, SecondPersonNeeded."""
    apply_alone(AllowCodes(member.id), actor=actor, now=now)
