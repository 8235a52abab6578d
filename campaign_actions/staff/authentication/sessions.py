"""The sessions of staff: how long they hold, and how they end."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from time import monotonic

from sqlalchemy import Connection, delete, insert, or_, select, update

from campaign_actions.audit.log import add_entry
from campaign_actions.core.db.session import db, has_rows, write_transaction
from campaign_actions.core.security.email_address import email_key
from campaign_actions.outbox.models import OutboxMail
from campaign_actions.staff.models import StaffMember, StaffSession

RESET_MAIL = "staff-reset"
SEEN_AT_PRECISION = timedelta(
    minutes=1
)  # how exact `seen_at` is: it is not written at each request
WATCH_INTERVAL_SECONDS = 1.0  # seconds between two questions of a Watch
BROWSERS = {  # what a User-Agent says first that is true of one browser only
    "Edg": "Edge",
    "OPR/": "Opera",
    "YaBrowser": "Yandex Browser",
    "SamsungBrowser": "Samsung Internet",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "CriOS": "Chrome",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "CrOS": "ChromeOS",
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "Linux": "Linux",
}


def start_session(member: StaffMember, *, via: str, device: str, now: datetime) -> str:
    """A new session of a staff member; the secret that its cookie holds.

    `via`: how they logged in; "" when they only go on, in a new session.
    """
    secret = secrets.token_urlsafe(32)
    row = {
        "id": hash_secret(secret),
        "staff_id": member.id,
        "started_at": now,
        "seen_at": now,
        "device": device,
    }
    with write_transaction() as connection:
        connection.execute(insert(StaffSession).values(row))
        if via:
            add_entry(connection, "login", actor=member.email, now=now, via=via)
    return secret


def find_session(
    secret: str, *, idle: timedelta, absolute: timedelta, now: datetime
) -> StaffSession | None:
    """The session of a cookie, if it still holds: used within `idle`, started within `absolute`."""
    query = select(StaffSession).filter_by(id=hash_secret(secret))
    found = db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if found is None or now - found.seen_at > idle or now - found.started_at > absolute:
        return None
    if now - found.seen_at > SEEN_AT_PRECISION:
        _update_seen_at(found.id, now)
    return found


class SessionWatch:
    """Whether a session is still there, and its member let in: asked about every second.

    For what goes on long after its request. On a connection of its own, since the one of
    `db.session` may be in the middle of a query.
    """

    def __init__(self, session_id: str) -> None:
        self._id, self._asked = session_id, monotonic()

    def holds(self) -> bool:
        if monotonic() - self._asked < WATCH_INTERVAL_SECONDS:
            return True
        theirs = select(StaffSession.id).join(StaffMember, StaffMember.id == StaffSession.staff_id)
        with db.engine.connect() as connection:
            found = connection.scalar(theirs.where(StaffSession.id == self._id, StaffMember.active))
        self._asked = monotonic()
        return found is not None


def active_sessions(
    staff_id: int, *, idle: timedelta, absolute: timedelta, now: datetime
) -> Sequence[StaffSession]:
    """Those that hold, the newest first."""
    theirs = select(StaffSession).where(
        StaffSession.staff_id == staff_id,
        StaffSession.seen_at >= now - idle,
        StaffSession.started_at >= now - absolute,
    )
    return db.session.scalars(theirs.order_by(StaffSession.started_at.desc())).all()


def end_session(session_id: str, *, staff_id: int, event: str, actor: str, now: datetime) -> bool:
    """End one of somebody's sessions by its id; whether there was one. `event`: logout, or revoked."""
    theirs = StaffSession.id == session_id, StaffSession.staff_id == staff_id
    with write_transaction() as connection:
        is_ended = connection.execute(delete(StaffSession).where(*theirs)).rowcount > 0
        if is_ended:
            add_entry(connection, event, actor=actor, now=now)
    return is_ended


def end_other_sessions(staff_id: int, *, but: str, actor: str, now: datetime) -> int:
    """End all sessions of somebody, but for one by its id; how many there were."""
    theirs = StaffSession.id != but, StaffSession.staff_id == staff_id
    with write_transaction() as connection:
        ended = connection.execute(delete(StaffSession).where(*theirs)).rowcount
        if ended:
            add_entry(connection, "session-revoked", actor=actor, now=now, sessions=ended)
    return ended


def revoke_access(connection: Connection, staff_id: int, *, but: str = "") -> None:
    """In the caller's transaction: end all sessions, all log-ins under way and all links of somebody.

    `but`: the id of a session that may go on in the browser that is asking, by `logging_in.go_on()`.
    """
    theirs = StaffSession.staff_id == staff_id, StaffSession.id != but
    connection.execute(delete(StaffSession).where(*theirs))
    anew = update(StaffMember).where(StaffMember.id == staff_id)
    email = connection.scalar(
        anew.values(fs_uniquifier=new_uniquifier()).returning(StaffMember.email)
    )
    if email:
        _delete_sent_reset_mails(connection, email)


def delete_expired_sessions(now: datetime, *, idle: timedelta, absolute: timedelta) -> None:
    """Delete the rows of sessions that hold no longer."""
    over = or_(StaffSession.seen_at < now - idle, StaffSession.started_at < now - absolute)
    if not has_rows(select(StaffSession.id).where(over)):
        return
    with write_transaction() as connection:
        connection.execute(delete(StaffSession).where(over))


def hash_secret(secret: str) -> str:
    """What is stored of a secret: who reads the database can not log in with it."""
    return hashlib.sha256(secret.encode()).hexdigest()


def new_uniquifier() -> str:
    return secrets.token_hex(32)


def describe_device(user_agent: str) -> str:
    """What a browser says of itself, as people would: Firefox, Windows."""
    browser = next((name for mark, name in BROWSERS.items() if mark in user_agent), "")
    system = next((name for mark, name in SYSTEMS.items() if mark in user_agent), "")
    return ", ".join(filter(None, (browser, system)))


def _delete_sent_reset_mails(connection: Connection, email: str) -> None:
    """A link to a new password that was sent before is dead now, so the next one need not wait."""
    sent = (
        OutboxMail.email_key == email_key(email),
        OutboxMail.sent_at.is_not(None),
        OutboxMail.template == RESET_MAIL,
    )
    connection.execute(delete(OutboxMail).where(*sent))


def _update_seen_at(session_id: str, now: datetime) -> None:
    seen = update(StaffSession).where(StaffSession.id == session_id, StaffSession.seen_at < now)
    with write_transaction() as connection:
        connection.execute(seen.values(seen_at=now))
