"""The sessions of staff: how long they hold, and how they end."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select

from campaign_actions.core.database import db, writing
from campaign_actions.staff.models import StaffSession

SEEN_EVERY = timedelta(minutes=1)  # how exact `seen_at` is: it is not written at each request


def start_session(staff_id: int, *, device: str, now: datetime) -> str:
    """A new session of a staff member; the secret that its cookie holds."""
    secret = secrets.token_urlsafe(32)
    row = {
        "id": name_of(secret),
        "staff_id": staff_id,
        "started_at": now,
        "seen_at": now,
        "device": device,
    }
    with writing() as connection:
        connection.execute(insert(StaffSession).values(row))
    return secret


def find_session(
    secret: str, *, idle: timedelta, absolute: timedelta, now: datetime
) -> StaffSession | None:
    """The session of a cookie, if it still holds: used within `idle`, started within `absolute`."""
    found = db.session.get(StaffSession, name_of(secret))
    if found is None or now - found.seen_at > idle or now - found.started_at > absolute:
        return None
    if now - found.seen_at > SEEN_EVERY:
        found.seen_at = now
        db.session.commit()
    return found


def sessions_of(staff_id: int) -> Sequence[StaffSession]:
    """The newest first."""
    return db.session.scalars(
        select(StaffSession).filter_by(staff_id=staff_id).order_by(StaffSession.started_at.desc())
    ).all()


def end_session(session_id: str, *, staff_id: int) -> bool:
    """End one of somebody's sessions by its id; whether there was one."""
    with writing() as connection:
        ended = connection.execute(
            delete(StaffSession).where(
                StaffSession.id == session_id, StaffSession.staff_id == staff_id
            )
        )
    return bool(ended.rowcount)


def end_sessions(staff_id: int, *, but: str | None = None) -> None:
    """End all sessions of somebody, but for one by its id."""
    theirs = delete(StaffSession).where(StaffSession.staff_id == staff_id)
    with writing() as connection:
        connection.execute(theirs.where(StaffSession.id != but) if but else theirs)


def name_of(secret: str) -> str:
    """What is stored of a secret: who reads the database can not log in with it."""
    return hashlib.sha256(secret.encode()).hexdigest()
