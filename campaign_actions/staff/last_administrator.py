"""The rule that at least one administrator remains."""

from collections.abc import Collection

from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection, Select, select

from campaign_actions.core.errors import Conflict
from campaign_actions.staff.models import StaffMember, StaffRole
from campaign_actions.staff.permissions import ROLES, Grants

ADMINISTRATOR_ROLES = {role for role, permissions in ROLES.items() if "staff.manage" in permissions}


class LastAdministrator(Conflict):
    title = _l("At least one administrator is required")
    message = _l(
        "This person is the only administrator of all campaigns who can log in. Nothing was changed."
        " First make someone else an administrator in all campaigns, and wait until they have joined."
    )


def check_administrator_remains(connection: Connection, staff_id: int, grants: Grants) -> None:
    """Raises LastAdministrator if nobody could manage staff once this member had only these roles."""
    others = _other_administrators(connection, staff_id)
    if (
        not others
        and not _include_administrator(grants)
        and _is_administrator(connection, staff_id)
    ):
        raise LastAdministrator


def _other_administrators(connection: Connection, staff_id: int) -> Collection[int]:
    """The ids of other administrators, whose rows stay locked until this transaction ends.

    When two administrators remove each other, the second waits here, and is then refused.
    """
    connection.execute(_administrators().with_for_update(of=StaffMember))
    return set(connection.scalars(_administrators())) - {staff_id}


def _is_administrator(connection: Connection, staff_id: int) -> bool:
    found = connection.scalar(_administrators().where(StaffMember.id == staff_id))
    return found is not None


def _administrators() -> Select[int]:
    """Members who have joined, are active and may manage staff in all campaigns."""
    return (
        select(StaffMember.id)
        .join(StaffRole, StaffRole.staff_id == StaffMember.id)
        .where(
            StaffRole.role.in_(ADMINISTRATOR_ROLES),
            StaffRole.is_limited.is_(False),
            StaffMember.can_log_in,
        )
        .order_by(StaffMember.id)
    )


def _include_administrator(grants: Grants) -> bool:
    return any(
        role in ADMINISTRATOR_ROLES and campaigns is None for role, campaigns in grants.items()
    )
