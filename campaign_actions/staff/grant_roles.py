"""Giving roles and languages to a member, in the caller's transaction."""

from collections.abc import Iterable
from typing import TypedDict

from sqlalchemy import Connection, insert, select

from campaign_actions.staff.dual_control import Approval
from campaign_actions.staff.models import RoleCampaign, StaffLanguage, StaffMember, StaffRole
from campaign_actions.staff.permissions import Grants
from campaign_actions.staff.queries import approver_rights, member_update


class RoleDetails(TypedDict):
    """Roles as the audit log records them: ids of campaigns or "all", and None for all languages."""

    roles: dict[str, str | list[int]]
    languages: list[str] | None


def role_details(grants: Grants, languages: Iterable[str] | None) -> RoleDetails:
    roles: dict[str, str | list[int]] = {
        role: "all" if campaigns is None else sorted(campaigns)
        for role, campaigns in grants.items()
    }
    return {"roles": roles, "languages": None if languages is None else sorted(languages)}


def insert_roles(connection: Connection, staff_id: int, grants: Grants) -> None:
    """Give roles to a member who has none."""
    for role, campaigns in grants.items():
        row = {"staff_id": staff_id, "role": role, "is_limited": campaigns is not None}
        connection.execute(insert(StaffRole).values(row))
        for campaign_id in sorted(campaigns or ()):
            limit = {"staff_id": staff_id, "role": role, "campaign_id": campaign_id}
            connection.execute(insert(RoleCampaign).values(limit))


def insert_languages(
    connection: Connection, staff_id: int, languages: Iterable[str] | None
) -> None:
    """Limit a member who has no limit yet to some languages; None: leave them unlimited."""
    for locale in sorted(languages or ()):
        connection.execute(insert(StaffLanguage).values(staff_id=staff_id, locale=locale))


def record_sole_granter(
    connection: Connection, staff_id: int, grants: Grants, approval: Approval
) -> None:
    """Record who alone gave roles that let a member approve requests, so that others can see it."""
    granter = None
    if approval.sole_actor and approver_rights(grants):
        same = StaffMember.email == approval.sole_actor
        granter = select(StaffMember.id).where(same).scalar_subquery()
    connection.execute(member_update(staff_id).values(roles_given_by=granter))
