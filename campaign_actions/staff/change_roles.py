"""Changing the roles and languages of a member."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Self

from sqlalchemy import Connection, delete

from campaign_actions.audit.log import add_entry
from campaign_actions.staff.authentication.sessions import revoke_access
from campaign_actions.staff.dual_control import Approval, MemberOperation
from campaign_actions.staff.grant_roles import (
    insert_languages,
    insert_roles,
    record_sole_granter,
    role_details,
)
from campaign_actions.staff.last_administrator import check_administrator_remains
from campaign_actions.staff.models import RoleCampaign, StaffLanguage, StaffRole
from campaign_actions.staff.notifications import enqueue_staff_mail
from campaign_actions.staff.permissions import Grants, RoleLists, grants_from_json, grants_to_json
from campaign_actions.staff.queries import approver_rights, grants_of


@dataclass(frozen=True)
class ChangeRoles(MemberOperation):
    """Replace a member's roles and languages, end their sessions and tell them by email.

    Guarded when it gives or takes rights to approve requests. Saving the same roles again is also
    guarded if one person alone had given them: afterwards two people have.
    """

    kind: ClassVar[str] = "change-roles"

    roles: RoleLists
    languages: list[str] | None  # those they translate and approve in; None: all

    @property
    def kept_session(self) -> str:
        """The id of the session that goes on; "": none."""
        return ""

    @classmethod
    def of(cls, staff_id: int, grants: Grants, languages: Collection[str] | None) -> Self:
        limits = None if languages is None else sorted(languages)
        return cls(staff_id, grants_to_json(grants), limits)

    def is_guarded(self, connection: Connection) -> bool:
        member = self.member()
        before, after = grants_of(member), grants_from_json(self.roles)
        if approver_rights(before) != approver_rights(after):
            return True
        is_confirmation = before == after and member.roles_given_by is not None
        return is_confirmation and bool(approver_rights(after))

    def check(self, connection: Connection, actor: str) -> None:
        """Raises LastAdministrator."""
        check_administrator_remains(connection, self.staff_id, grants_from_json(self.roles))

    def apply(self, connection: Connection, approval: Approval, now: datetime) -> None:
        member, grants = self.member(), grants_from_json(self.roles)
        self.check(connection, approval.actor)
        if self.is_guarded(connection):
            record_sole_granter(connection, member.id, grants, approval)
        for table in (RoleCampaign, StaffRole, StaffLanguage):
            connection.execute(delete(table).where(table.staff_id == member.id))
        insert_roles(connection, member.id, grants)
        insert_languages(connection, member.id, self.languages)
        revoke_access(connection, member.id, keep_session=self.kept_session)
        enqueue_staff_mail(connection, "staff-roles-changed", member, now)
        add_entry(
            connection,
            "staff-changed",
            actor=approval.actor,
            now=now,
            subject=member.email,
            **role_details(grants, self.languages),
            **approval.details(),
        )


@dataclass(frozen=True)
class ChangeOwnRoles(ChangeRoles):
    """The same for oneself: the session in which it is done goes on.

    It is only ever done alone. Nobody can ask for an approval of their own roles, so it is never stored.
    """

    own_session: str = ""

    @property
    def kept_session(self) -> str:
        return self.own_session
