"""Staff members and their rights."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import cast

from sqlalchemy import Connection, Select, Update, func, select, update
from sqlalchemy.orm import joinedload, selectinload

from campaign_actions.audit.log import COMMAND
from campaign_actions.core.db.session import db
from campaign_actions.core.security.email_address import email_key
from campaign_actions.staff.models import StaffMember, StaffRole, StaffSession
from campaign_actions.staff.permissions import (
    APPROVER_PERMISSIONS,
    GLOBAL_PERMISSIONS,
    LANGUAGE_PERMISSIONS,
    ROLES,
    Grants,
)

# Permissions, each with the ids of its campaigns; None: all campaigns.
Rights = Mapping[str, frozenset[int] | None]
CAMPAIGN_CATALOG = re.compile(
    r"campaign-([0-9]{1,9})"
)  # a catalog; any other belongs to no campaign


def rights_of(member: StaffMember) -> Rights:
    """The combined rights of a member's roles."""
    return rights_from(grants_of(member))


def rights_from(grants: Grants) -> Rights:
    """The combined rights of roles."""
    rights: dict[str, frozenset[int] | None] = {}
    for role, campaigns in grants.items():
        for permission in ROLES[role]:
            if campaigns is None:
                rights[permission] = None
            elif (
                permission not in GLOBAL_PERMISSIONS
                and rights.get(permission, frozenset()) is not None
            ):
                rights[permission] = (rights.get(permission) or frozenset()) | campaigns
    return MappingProxyType(rights)


def approver_rights(grants: Grants) -> dict[str, frozenset[int] | None]:
    """The rights in grants that let someone approve requests."""
    return {
        name: limits for name, limits in rights_from(grants).items() if name in APPROVER_PERMISSIONS
    }


def may(rights: Rights, permission: str, campaign_id: int | None = None) -> bool:
    """Whether rights include a permission in a campaign; None: in at least one."""
    if permission not in rights:
        return False
    limits = rights[permission]
    return limits is None or campaign_id is None or campaign_id in limits


def may_at(
    rights: Rights,
    languages: frozenset[str] | None,
    permission: str,
    names: Mapping[str, object],
) -> bool:
    """Whether rights include a permission for the `campaign_id`, `catalog` and `language` in an address.

    `languages`: those the member is limited to; None: all.
    """
    is_limited = permission in LANGUAGE_PERMISSIONS and languages is not None
    if is_limited and "language" in names and names["language"] not in (languages or ()):
        return False
    if "catalog" not in names:
        return may(rights, permission, cast("int | None", names.get("campaign_id")))
    of_campaign = CAMPAIGN_CATALOG.fullmatch(str(names["catalog"]))
    if of_campaign:
        return may(rights, permission, int(of_campaign[1]))
    return rights.get(permission, frozenset()) is None


def languages_of(member: StaffMember) -> frozenset[str] | None:
    """The languages a member translates and approves in; None: all."""
    return frozenset(given.locale for given in member.languages) or None


def find_member(email: str) -> StaffMember | None:
    """Takes the same single statement whether or not the address is known. Roles are loaded lazily."""
    return db.session.scalars(select(StaffMember).filter_by(email=email.lower())).one_or_none()


def members_with(emails: Iterable[str]) -> dict[str, StaffMember]:
    """By their address, those that are known."""
    wanted = {email.lower() for email in emails}
    if not wanted:
        return {}
    found = db.session.scalars(select(StaffMember).where(StaffMember.email.in_(wanted)))
    return {member.email: member for member in found}


def find_member_by_id(staff_id: int) -> StaffMember | None:
    return db.session.scalars(_with_roles().filter_by(id=staff_id)).one_or_none()


def find_member_by_email_key(key: str) -> StaffMember | None:
    """The member of a mailbox, by the keyed hash of its address."""
    members = db.session.scalars(select(StaffMember))
    return next((one for one in members if email_key(one.email) == key), None)


def find_member_by_uniquifier(uniquifier: str) -> StaffMember | None:
    """With roles, in as few statements as possible: every request of a member asks."""
    roles = joinedload(StaffMember.granted).joinedload(StaffRole.campaigns)
    member = select(StaffMember).options(roles, selectinload(StaffMember.languages))
    found = db.session.scalars(member.filter_by(fs_uniquifier=uniquifier))
    return found.unique().one_or_none()


def member_update(staff_id: int) -> Update:
    """An update of one member's row."""
    return update(StaffMember).where(StaffMember.id == staff_id)


def outdated_hashes(parameters: str) -> Sequence[str]:
    """Password hashes of active members that were made with other parameters."""
    is_outdated = ~StaffMember.password.startswith(parameters, autoescape=True)
    hashes = select(StaffMember.password).where(StaffMember.active, is_outdated)
    return [known for known in db.session.scalars(hashes) if known]


def members(*, offset: int = 0, limit: int | None = None) -> Sequence[StaffMember]:
    """All members, or some of them, in order of their addresses."""
    some = _with_roles().order_by(StaffMember.email).offset(offset).limit(limit)
    return db.session.scalars(some).all()


def members_who_may(permission: str, campaign_id: int | None = None) -> list[StaffMember]:
    """Active members who have a permission in a campaign, as the database has it now."""
    found = _with_roles().where(StaffMember.can_log_in).order_by(StaffMember.email)
    fresh = db.session.scalars(found, execution_options={"populate_existing": True})
    return [member for member in fresh if may(rights_of(member), permission, campaign_id)]


def count_members() -> int:
    return db.session.scalar(select(func.count(StaffMember.id))) or 0


def actor_of(connection: Connection, staff_id: int | None) -> str:
    """A member as the audit log names them; None: a command."""
    this = select(StaffMember.email).where(StaffMember.id == staff_id)
    return connection.scalar(this) or COMMAND


def member_names(staff_ids: Iterable[int | None]) -> dict[int, str]:
    """Names (or else addresses) of members by id, without those that no longer exist."""
    ids = {staff_id for staff_id in staff_ids if staff_id is not None}
    if not ids:
        return {}
    rows = db.session.execute(
        select(StaffMember.id, StaffMember.name, StaffMember.email).where(StaffMember.id.in_(ids))
    )
    return {row.id: row.name or row.email for row in rows}


def grants_of(member: StaffMember) -> dict[str, frozenset[int] | None]:
    """The roles of a member."""
    return {
        granted.role: frozenset(limit.campaign_id for limit in granted.campaigns)
        if granted.is_limited
        else None
        for granted in member.granted
    }


def last_seen_times(staff_ids: Iterable[int]) -> dict[int, datetime]:
    """When members were last seen, by id, without those who are not logged in."""
    newest = func.max(StaffSession.seen_at).label("at")
    sessions = select(StaffSession.staff_id, newest).where(
        StaffSession.staff_id.in_(list(staff_ids))
    )
    rows = db.session.execute(sessions.group_by(StaffSession.staff_id))
    return {row.staff_id: row.at for row in rows}


def _with_roles() -> Select[StaffMember]:
    roles = selectinload(StaffMember.granted).selectinload(StaffRole.campaigns)
    return select(StaffMember).options(roles, selectinload(StaffMember.languages))
