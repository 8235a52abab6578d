"""Staff sessions: starting, finding and ending them."""

import hashlib
import secrets
from collections.abc import Generator, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from time import monotonic

from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection, delete, insert, or_, select, update

from campaign_actions.audit.log import add_entry
from campaign_actions.core.db.session import db, delete_rows, write_transaction
from campaign_actions.core.errors import DomainError
from campaign_actions.core.security.email_address import email_key
from campaign_actions.outbox.models import OutboxMail
from campaign_actions.staff.models import StaffMember, StaffSession
from campaign_actions.staff.queries import member_update

RESET_MAIL = "staff-reset"
SEEN_AT_PRECISION = timedelta(minutes=1)  # `seen_at` is not written on every request
WATCH_INTERVAL_SECONDS = 1.0
BROWSERS = {  # the first match identifies the browser
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


class SessionEnded(DomainError):
    status = 403
    message = _l("Your session has ended, so the download was stopped. Log in and start it again.")


def start_session(member: StaffMember, *, via: str, device: str, now: datetime) -> str:
    """Start a session; returns the secret for its cookie.

    `via`: how the member logged in; "" if the session only continues another one.
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


def use_session(
    secret: str, *, idle: timedelta, absolute: timedelta, now: datetime
) -> StaffSession | None:
    """The session of a cookie, if it was used within `idle` and started within `absolute`.

    Records the use, about once a minute.
    """
    query = select(StaffSession).filter_by(id=hash_secret(secret))
    found = db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if found is None or now - found.seen_at > idle or now - found.started_at > absolute:
        return None
    if now - found.seen_at > SEEN_AT_PRECISION:
        _update_seen_at(found.id, now)
    return found


class SessionWatch:
    """Checks about every second whether a session still exists and its member is active.

    For responses that stream long after the request. It uses a connection of its own, since that of
    `db.session` may be in the middle of a query.
    """

    def __init__(self, session_id: str) -> None:
        self._id, self._checked_at = session_id, monotonic()

    def is_valid(self) -> bool:
        if monotonic() - self._checked_at < WATCH_INTERVAL_SECONDS:
            return True
        found = select(StaffSession.id).join(StaffMember, StaffMember.id == StaffSession.staff_id)
        with db.engine.connect() as connection:
            session_id = connection.scalar(
                found.where(StaffSession.id == self._id, StaffMember.active)
            )
        self._checked_at = monotonic()
        return session_id is not None

    def pass_on(self, chunks: Generator[bytes]) -> Generator[bytes]:
        """The chunks, until the session ends. Closes them. Raises SessionEnded."""
        with closing(chunks):
            for chunk in chunks:
                if not self.is_valid():
                    raise SessionEnded
                yield chunk


def active_sessions(
    staff_id: int, *, idle: timedelta, absolute: timedelta, now: datetime
) -> Sequence[StaffSession]:
    """Newest first."""
    sessions = select(StaffSession).where(
        StaffSession.staff_id == staff_id,
        StaffSession.seen_at >= now - idle,
        StaffSession.started_at >= now - absolute,
    )
    return db.session.scalars(sessions.order_by(StaffSession.started_at.desc())).all()


def end_session(session_id: str, *, staff_id: int, event: str, actor: str, now: datetime) -> bool:
    """End a session of a member; whether it existed. `event`: logout or session-revoked."""
    conditions = StaffSession.id == session_id, StaffSession.staff_id == staff_id
    with write_transaction() as connection:
        is_ended = connection.execute(delete(StaffSession).where(*conditions)).rowcount > 0
        if is_ended:
            add_entry(connection, event, actor=actor, now=now)
    return is_ended


def end_other_sessions(staff_id: int, *, keep_session: str, actor: str, now: datetime) -> int:
    """End all sessions of a member except one (an id); how many ended."""
    conditions = StaffSession.id != keep_session, StaffSession.staff_id == staff_id
    with write_transaction() as connection:
        ended = connection.execute(delete(StaffSession).where(*conditions)).rowcount
        if ended:
            add_entry(connection, "session-revoked", actor=actor, now=now, sessions=ended)
    return ended


def revoke_access(connection: Connection, staff_id: int, *, keep_session: str = "") -> None:
    """End all sessions, pending log-ins and links of a member, in the caller's transaction.

    `keep_session`: the id of a session that the current browser keeps (`keep_current_session()`).
    """
    conditions = StaffSession.staff_id == staff_id, StaffSession.id != keep_session
    connection.execute(delete(StaffSession).where(*conditions))
    email = connection.scalar(
        member_update(staff_id).values(fs_uniquifier=new_uniquifier()).returning(StaffMember.email)
    )
    if email:
        _delete_sent_reset_mails(connection, email)


def delete_expired_sessions(now: datetime, *, idle: timedelta, absolute: timedelta) -> None:
    """Delete sessions that have expired."""
    is_over = or_(StaffSession.seen_at < now - idle, StaffSession.started_at < now - absolute)
    delete_rows(StaffSession, is_over)


def hash_secret(secret: str) -> str:
    """The stored form of a secret. Nobody can log in with what they read in the database."""
    return hashlib.sha256(secret.encode()).hexdigest()


def new_uniquifier() -> str:
    return secrets.token_hex(32)


def describe_device(user_agent: str) -> str:
    """A browser in plain words: Firefox, Windows."""
    browser = next((name for mark, name in BROWSERS.items() if mark in user_agent), "")
    system = next((name for mark, name in SYSTEMS.items() if mark in user_agent), "")
    return ", ".join(filter(None, (browser, system)))


def _delete_sent_reset_mails(connection: Connection, email: str) -> None:
    """Earlier reset links no longer work, so the next one need not wait."""
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
