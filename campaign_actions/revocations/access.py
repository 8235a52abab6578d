"""The kinds of access: how each is found, and how a restore revokes it again.

A revocation is something that was found and is no longer. So a new way to disable, limit or replace
something needs no code here; a new kind of access does. The access of the public counts as well: pages that
are open or open at a time, and emails and changes for which a time is set.
"""

from base64 import b32encode
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, select

from campaign_actions.actions.models import Action
from campaign_actions.campaigns.models import Campaign, PreviewLink, ScheduledDraft
from campaign_actions.core.i18n.locale import known_locales
from campaign_actions.core.security.email_address import keyed_hash
from campaign_actions.core.switches.state import WHOLE_SITE, Switch
from campaign_actions.revocations import revoke
from campaign_actions.staff.dual_control import AUTO, OFF, ON, are_updates_guarded, current_mode
from campaign_actions.staff.models import (
    Passkey,
    RoleCampaign,
    StaffLanguage,
    StaffMember,
    StaffRole,
)
from campaign_actions.staff.permissions import LANGUAGE_PERMISSIONS, ROLES
from campaign_actions.switches.models import SwitchPause
from campaign_actions.updates.models import Update

CODE_BYTES = 16
Found = Iterator[tuple[Any, Hashable]]  # a key for `revoke`, and what tells it from all others


@dataclass(frozen=True)
class Access:
    find: Callable[[Connection], Found]
    revoke: Callable[[Connection, Sequence[Any], datetime], None]
    told: str
    plural: str = ""  # of its name, if that is not the name with an s


def find_codes(connection: Connection) -> dict[str, tuple[str, Any]]:
    """Everything that gives access now: a kind and a key by a code that says nothing about it."""
    return {
        _code(name, identity): (name, key)
        for name, kind in KINDS.items()
        for key, identity in kind.find(connection)
    }


def _code(name: str, identity: Hashable) -> str:
    digest = keyed_hash(repr((name, identity)), size=CODE_BYTES)
    return b32encode(digest).decode().rstrip("=").lower()


def _members(connection: Connection) -> Found:
    for row in _rows(connection, StaffMember.id, StaffMember.email, StaffMember.active):
        if row.active:
            yield row.id, row.email


def _passwords(connection: Connection) -> Found:
    for row in _rows(connection, StaffMember.id, StaffMember.password):
        if row.password:
            yield row.id, row.password


def _factors(connection: Connection) -> Found:
    """The authenticator app has no passkey's id."""
    for row in _rows(connection, StaffMember.id, StaffMember.tf_totp_secret):
        if row.tf_totp_secret:
            yield (row.id, None), row.tf_totp_secret
    for row in _rows(connection, Passkey.user_id, Passkey.id, Passkey.credential_id):
        yield (row.user_id, row.id), row.credential_id.hex()


def _recovery_codes(connection: Connection) -> Found:
    for row in _rows(connection, StaffMember.id, StaffMember.mf_recovery_codes):
        for code in row.mf_recovery_codes or ():
            yield (row.id, code), code


def _roles(connection: Connection) -> Found:
    """A role in all campaigns or in one; with other languages it is another role."""
    languages: dict[int, list[str]] = {}
    for row in _rows(connection, StaffLanguage.staff_id, StaffLanguage.locale):
        languages.setdefault(row.staff_id, []).append(row.locale)
    own = StaffRole.staff_id == RoleCampaign.staff_id, StaffRole.role == RoleCampaign.role
    roles = select(StaffRole.staff_id, StaffMember.email, StaffRole.role, RoleCampaign.campaign_id)
    its = roles.join(StaffMember, StaffMember.id == StaffRole.staff_id)
    for one in connection.execute(its.outerjoin(RoleCampaign, and_(*own))):
        limits = languages.get(one.staff_id, []) if LANGUAGE_PERMISSIONS & ROLES[one.role] else []
        identity = one.email, one.role, one.campaign_id, *sorted(limits)
        yield (one.staff_id, one.role, one.campaign_id), identity


def _preview_links(connection: Connection) -> Found:
    columns = PreviewLink.id, PreviewLink.made_at, PreviewLink.revoked_at
    for row in _rows(connection, *columns):
        if row.revoked_at is None:
            yield row.id, (row.id, row.made_at.astimezone(UTC).isoformat())


def _switches(connection: Connection) -> Found:
    off = select(SwitchPause.kind, SwitchPause.target).where(SwitchPause.on_at.is_(None))
    are_off = {Switch(row.kind, row.target) for row in connection.execute(off)}
    actions = [str(row.id) for row in _rows(connection, Action.id)]
    switches = (
        *WHOLE_SITE,
        *(Switch("language", locale) for locale in known_locales()),
        *(Switch("action", action) for action in actions),
        *(Switch("unproved", action) for action in actions),
    )
    for switch in switches:
        if switch not in are_off:
            yield switch, tuple(switch)


def _one_person(connection: Connection) -> Found:
    """Things that one person may do alone: all with few members, all always, or send updates."""
    mode = current_mode(connection)
    if mode != ON:
        yield AUTO, AUTO
    if mode == OFF:
        yield OFF, OFF
    if not are_updates_guarded(connection):
        yield "updates", "updates"


def _openings(connection: Connection) -> Found:
    for table in (Campaign, Action):
        for row in _rows(connection, table.id, table.published_at):
            if row.published_at:
                key = table, row.id
                yield (
                    key,
                    (table.__tablename__, row.id, row.published_at.astimezone(UTC).isoformat()),
                )


def _scheduled_changes(connection: Connection) -> Found:
    """One that failed waits for a decision, and gives nothing."""
    columns = ScheduledDraft.subject, ScheduledDraft.subject_id, ScheduledDraft.number
    for row in _rows(connection, *columns, ScheduledDraft.at, ScheduledDraft.failed_at):
        if row.failed_at is None:
            key = row.subject, row.subject_id
            yield key, (*key, row.number, row.at.astimezone(UTC).isoformat())


def _scheduled_updates(connection: Connection) -> Found:
    for row in _rows(connection, Update.id, Update.status, Update.send_at):
        if row.status == "scheduled":
            yield row.id, (row.id, row.send_at.astimezone(UTC).isoformat())


def _rows(connection: Connection, *columns: Any) -> Sequence[Row[Any]]:
    return connection.execute(select(*columns)).all()


KINDS = {
    "member": Access(_members, revoke.disable, "Disabled {number} again."),
    "password": Access(_passwords, revoke.void_passwords, "Voided {number} changed since."),
    "second factor": Access(_factors, revoke.remove_factors, "Removed {number} changed since."),
    "recovery code": Access(_recovery_codes, revoke.remove_codes, "Voided {number} used since."),
    "role": Access(_roles, revoke.remove_roles, "Removed {number} reduced since."),
    "preview link": Access(_preview_links, revoke.end_links, "Revoked {number} again."),
    "switch": Access(
        _switches, revoke.switch_off_again, "Switched off again: {number}.", plural="switches"
    ),
    "rule": Access(
        _one_person, revoke.need_two_people, "Restored {number} about what needs two people."
    ),
    "opening": Access(
        _openings, revoke.cancel_openings, "Cancelled {number} that was cancelled or changed since."
    ),
    "change": Access(
        _scheduled_changes,
        revoke.cancel_changes,
        "Cancelled the time of {number} that was published, changed or cancelled since.",
    ),
    "update": Access(
        _scheduled_updates,
        revoke.cancel_updates,
        "Cancelled the time of {number} that was sent, changed or cancelled since.",
    ),
}
