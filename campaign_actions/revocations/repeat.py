"""After a restore: all access ends that needs no new decision, and what was revoked is so again."""

from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, func, select, update

from campaign_actions.actions.signatures.removals.files import read_removals
from campaign_actions.approvals.expire import void_open
from campaign_actions.campaigns.models import PreviewLink
from campaign_actions.core.db.session import db, write_transaction
from campaign_actions.core.security.public_ids import new_public_id
from campaign_actions.revocations.access import KINDS, find_codes
from campaign_actions.staff.authentication.sessions import revoke_access
from campaign_actions.staff.models import StaffMember, StaffSession


def end_access(now: datetime) -> dict[str, int]:
    """End what old cookies, links and requests give. Returns how many there were."""
    with write_transaction() as connection:
        sessions = connection.scalar(select(func.count(StaffSession.id))) or 0
        members = _renew_identifiers(connection)
        requests = void_open(connection, now)
    db.session.expire_all()
    return {"session": sessions, "member": members, "request": requests}


def repeat_revocations(folder: Path, now: datetime) -> dict[str, int]:
    """Revoke again everything on the list that is back. Returns how many, by kind. Raises OSError."""
    listed = read_removals(folder)
    with write_transaction() as connection:
        keys: dict[str, list[object]] = {name: [] for name in KINDS}
        for code, (name, key) in find_codes(connection).items():
            if code in listed and listed[code].status == "revoked":
                keys[name].append(key)
        for name, kind in KINDS.items():
            if keys[name]:
                kind.revoke(connection, keys[name], now)
    db.session.expire_all()
    return {name: len(found) for name, found in keys.items()}


def _renew_identifiers(connection: Connection) -> int:
    """New identifiers for all that cookies and links name. Returns the number of members."""
    staff_ids = connection.scalars(select(StaffMember.id)).all()
    for staff_id in staff_ids:
        revoke_access(connection, staff_id)
    for link_id in connection.scalars(select(PreviewLink.id)).all():
        renewed = update(PreviewLink).where(PreviewLink.id == link_id)
        connection.execute(renewed.values(public_id=new_public_id()))
    return len(staff_ids)
