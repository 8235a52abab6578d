"""What administrators do with the people who work here. Somebody is always left who may."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection, delete, select, update

from campaign_actions.audit.recording import add_entry
from campaign_actions.core.database import db, writing
from campaign_actions.core.errors import Conflict
from campaign_actions.staff.equipping import take_factors
from campaign_actions.staff.inviting import give_languages, grant, in_words, queue
from campaign_actions.staff.models import (
    RoleCampaign,
    StaffLanguage,
    StaffMember,
    StaffRole,
)
from campaign_actions.staff.permissions import ROLES, Grants
from campaign_actions.staff.sessions import lock_out

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


def change_roles(
    member: StaffMember,
    grants: Grants,
    *,
    actor: str,
    now: datetime,
    languages: frozenset[str] | None = None,
) -> None:
    """Give somebody these roles and no others. Their sessions end, and a mail tells them.

    `languages`: those in which they translate and approve; None: all. Raises LastAdministrator.
    """
    with writing() as connection:
        others = _other_administrators(connection, member.id)
        if not others and not _are_managing(grants) and _is_administrator(connection, member.id):
            raise LastAdministrator
        for given in (RoleCampaign, StaffRole, StaffLanguage):
            connection.execute(delete(given).where(given.staff_id == member.id))
        grant(connection, member.id, grants)
        give_languages(connection, member.id, languages)
        lock_out(connection, member.id)
        queue(connection, "staff-roles-changed", member.id, member.email, member.locale, now)
        _changed(connection, member, actor, now, **in_words(grants, languages))
    db.session.expire_all()


def disable(member: StaffMember, *, actor: str, now: datetime) -> None:
    """Nobody logs in with this address any more. Raises NotYourself, LastAdministrator."""
    if member.email == actor:
        raise NotYourself
    with writing() as connection:
        others = _other_administrators(connection, member.id)
        if not others and _is_administrator(connection, member.id):
            raise LastAdministrator
        connection.execute(_of(member).values(active=False))
        lock_out(connection, member.id)
        add_entry(connection, "staff-disabled", actor=actor, now=now, subject=member.email)
    db.session.expire(member)


def enable(member: StaffMember, *, actor: str, now: datetime) -> None:
    """Let somebody in again who was disabled, with the password and the factors they had."""
    with writing() as connection:
        connection.execute(_of(member).values(active=True))
        _changed(connection, member, actor, now, change="enabled")
    db.session.expire(member)


def reset_factor(member: StaffMember, *, actor: str, now: datetime) -> None:
    """For who has lost their phone and the recovery codes: they set up a new one at the next log-in.

    Not for oneself, or the password alone would do. Raises NotYourOwnFactor.
    """
    if member.email == actor:
        raise NotYourOwnFactor
    with writing() as connection:
        take_factors(connection, member.id)
        lock_out(connection, member.id)
        queue(connection, "staff-factor-changed", member.id, member.email, member.locale, now)
        _changed(connection, member, actor, now, change="second factor reset")
    db.session.expire(member)


def _changed(
    connection: Connection, member: StaffMember, actor: str, now: datetime, **details: Any
) -> None:
    facts: dict[str, Any] = {"subject": member.email, **details}
    add_entry(connection, "staff-changed", actor=actor, now=now, **facts)


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
