"""What a staff member may do, and who they are."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import cast

from sqlalchemy import Connection, Select, func, select
from sqlalchemy.orm import selectinload

from campaign_actions.audit.log import COMMAND
from campaign_actions.core.db.session import db
from campaign_actions.staff.models import StaffMember, StaffRole, StaffSession
from campaign_actions.staff.permissions import (
    APPROVING,
    EVERYWHERE_ONLY,
    IN_LANGUAGES,
    ROLES,
    Grants,
)

# Of each permission that somebody has: the ids of the campaigns it is for; None: for all.
Rights = Mapping[str, frozenset[int] | None]
OF_CAMPAIGN = re.compile(r"campaign-([0-9]{1,9})")  # a catalog; any other belongs to no campaign


def rights_of(member: StaffMember) -> Rights:
    """Everything the roles of a member allow, added up."""
    return rights_from(grants_of(member))


def rights_from(grants: Grants) -> Rights:
    """Everything that roles allow, added up."""
    rights: dict[str, frozenset[int] | None] = {}
    for role, campaigns in grants.items():
        for permission in ROLES[role]:
            if campaigns is None:
                rights[permission] = None
            elif (
                permission not in EVERYWHERE_ONLY
                and rights.get(permission, frozenset()) is not None
            ):
                rights[permission] = (rights.get(permission) or frozenset()) | campaigns
    return MappingProxyType(rights)


def approving_rights(grants: Grants) -> dict[str, frozenset[int] | None]:
    """Those of them with which somebody can be the second person where two are needed."""
    return {name: limits for name, limits in rights_from(grants).items() if name in APPROVING}


def may(rights: Rights, permission: str, campaign_id: int | None = None) -> bool:
    """Whether rights hold a permission; without a campaign: for any at all."""
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
    """Whether a permission holds where an address leads, by the names in it. `languages`: None for all."""
    is_limited = permission in IN_LANGUAGES and languages is not None
    if is_limited and "language" in names and names["language"] not in (languages or ()):
        return False
    if "catalog" not in names:
        return may(rights, permission, cast("int | None", names.get("campaign_id")))
    of_campaign = OF_CAMPAIGN.fullmatch(str(names["catalog"]))
    if of_campaign:
        return may(rights, permission, int(of_campaign[1]))
    return rights.get(permission, frozenset()) is None


def languages_of(member: StaffMember) -> frozenset[str] | None:
    """The languages in which a member translates and approves; None: in all."""
    return frozenset(given.locale for given in member.languages) or None


def find_member(email: str) -> StaffMember | None:
    """One statement, whether anybody has the address or not; roles are read when they are asked for."""
    return db.session.scalars(select(StaffMember).filter_by(email=email.lower())).one_or_none()


def find_member_alone(email: str) -> StaffMember | None:
    """By one statement, whether anybody has the address or not: what else there is of them is not read."""
    return db.session.scalars(select(StaffMember).filter_by(email=email.lower())).one_or_none()


def find_member_by_id(staff_id: int) -> StaffMember | None:
    return db.session.scalars(_with_roles().filter_by(id=staff_id)).one_or_none()


def find_member_by_uniquifier(uniquifier: str) -> StaffMember | None:
    return db.session.scalars(_with_roles().filter_by(fs_uniquifier=uniquifier)).one_or_none()


def outdated_hashes(parameters: str) -> Sequence[str]:
    """Hashes of passwords that open an account and were made with other parameters than these."""
    is_outdated = ~StaffMember.password.startswith(parameters, autoescape=True)
    hashes = select(StaffMember.password).where(StaffMember.active, is_outdated)
    return [known for known in db.session.scalars(hashes) if known]


def members(*, skip: int = 0, most: int | None = None) -> Sequence[StaffMember]:
    """By their addresses: all, or a part of them."""
    some = _with_roles().order_by(StaffMember.email).offset(skip).limit(most)
    return db.session.scalars(some).all()


def members_who_may(permission: str, campaign_id: int | None = None) -> list[StaffMember]:
    """Those who have joined, may log in and have a permission there: as the database has it now."""
    joined = StaffMember.active, StaffMember.password.is_not(None)
    found = _with_roles().where(*joined).order_by(StaffMember.email)
    fresh = db.session.scalars(found, execution_options={"populate_existing": True})
    return [one for one in fresh if may(rights_of(one), permission, campaign_id)]


def count_members() -> int:
    return db.session.scalar(select(func.count(StaffMember.id))) or 0


def actor_of(connection: Connection, staff_id: int | None) -> str:
    """Who did something, as the audit log names them; without a staff member it was a command."""
    this = select(StaffMember.email).where(StaffMember.id == staff_id)
    return connection.scalar(this) or COMMAND


def names_of(staff_ids: Iterable[int | None]) -> dict[int, str]:
    """How to call staff members on a page, by their ids; those who are gone are not in it."""
    ids = {staff_id for staff_id in staff_ids if staff_id is not None}
    rows = db.session.execute(
        select(StaffMember.id, StaffMember.name, StaffMember.email).where(StaffMember.id.in_(ids))
    )
    return {row.id: row.name or row.email for row in rows}


def grants_of(member: StaffMember) -> dict[str, frozenset[int] | None]:
    """The roles of a member, each with its campaigns; None: all."""
    return {
        granted.role: frozenset(limit.campaign_id for limit in granted.campaigns)
        if granted.is_limited
        else None
        for granted in member.granted
    }


def seen_at(staff_ids: Iterable[int]) -> dict[int, datetime]:
    """When these staff members were last seen, by their ids; those who are not logged in are not in it."""
    newest = func.max(StaffSession.seen_at).label("at")
    theirs = select(StaffSession.staff_id, newest).where(StaffSession.staff_id.in_(list(staff_ids)))
    rows = db.session.execute(theirs.group_by(StaffSession.staff_id))
    return {row.staff_id: row.at for row in rows}


def _with_roles() -> Select[StaffMember]:
    roles = selectinload(StaffMember.granted).selectinload(StaffRole.campaigns)
    return select(StaffMember).options(roles, selectinload(StaffMember.languages))
