"""How staff log in: Flask-Security below /staff/, and sessions that end when we say so."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, Request, current_app, g, request, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_login import current_user, user_logged_out
from flask_login.utils import _user_context_processor
from flask_security import (
    RoleMixin,
    Security,
    SQLAlchemyUserDatastore,
    login_user,
    user_authenticated,
)

from campaign_actions.core.db.session import db, utc_now
from campaign_actions.staff.authentication.password_hashing import PasswordHashing, password_hashing
from campaign_actions.staff.authentication.password_reset import renew_hash
from campaign_actions.staff.authentication.sessions import (
    device_of,
    end_session,
    find_session,
    name_of,
    start_session,
)
from campaign_actions.staff.models import Passkey, StaffMember
from campaign_actions.staff.queries import find_member_by_uniquifier, outdated_hashes
from campaign_actions.web.staff.access.authorization import ROOT, SHARED
from campaign_actions.web.staff.access.device_cookie import is_known

SESSION = "session"  # what the cookie calls the secret of its StaffSession
HALF = "half"  # and whose password was right, while their second factor is asked for
HALF_LIFE = timedelta(minutes=10)
SETTINGS = {
    "SESSION_COOKIE_NAME": "staff",
    "SESSION_COOKIE_PATH": ROOT.rstrip("/"),
    "SESSION_COOKIE_SAMESITE": "Lax",
    "WTF_CSRF_CHECK_DEFAULT": False,  # guards check each post below /staff/; public forms have their own
    "WTF_CSRF_SSL_STRICT": False,  # where a post comes from is asked by the guards, of every browser
    "WTF_CSRF_TIME_LIMIT": None,  # as long as the session
    "SECURITY_PASSWORD_SCHEMES": ["argon2"],
    "SECURITY_PASSWORD_SINGLE_HASH": {"argon2"},
    "SECURITY_CLI_USERS_NAME": False,
    "SECURITY_CLI_ROLES_NAME": False,
}


class SessionsOfStaff(SecureCookieSessionInterface):
    """A cookie below /staff/ alone: public pages and shared previews set none, and look at none."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        is_for_staff = request.path.startswith(ROOT) and not request.path.startswith(SHARED)
        return super().open_session(app, request) if is_for_staff else None


def init_app(app: Flask) -> None:
    app.config.from_mapping(SETTINGS)
    app.config["SESSION_COOKIE_SECURE"] = app.config["PUBLIC_URL"].startswith("https://")
    app.session_interface = SessionsOfStaff()
    # Roles and what they allow are ours (permissions.py): Flask-Security has no table for them. So
    # are all pages: with its own it would show what is in none of our catalogs.
    datastore = SQLAlchemyUserDatastore(db, StaffMember, RoleMixin, Passkey)
    security = Security(app, datastore, register_blueprint=False)
    password_hashing.provide(app, PasswordHashing(security.pwd_context))
    login_manager: Any = app.login_manager  # type: ignore[attr-defined]
    # On each page, also on those of the public, these would ask who it is.
    app.before_request_funcs[None].remove(security.principal._on_before_request)
    app.after_request_funcs[None].remove(login_manager._update_remember_cookie)
    app.template_context_processors[None].remove(_user_context_processor)
    app.jinja_env.globals["current_user"] = current_user
    login_manager.user_loader(_load)
    login_manager.request_loader(None)  # by a session and nothing else
    user_authenticated.connect(_begin, app)
    user_logged_out.connect(_end, app)


def session_limits(config: Mapping[str, Any]) -> dict[str, timedelta]:
    """How long a session may be idle, and how long it holds at most."""
    return {
        "idle": timedelta(minutes=config["STAFF_IDLE_MINUTES"]),
        "absolute": timedelta(hours=config["STAFF_SESSION_HOURS"]),
    }


def log_in(member: StaffMember, *, via: str) -> None:
    """Begin a new session, with nothing in it of what was before. `via`: see `start_session()`."""
    _forget_all()
    login_user(member, remember=False, authn_via=[via])


def go_on(member: StaffMember) -> None:
    """Keep this session though all others of the member have just ended, by `lock_out(but=…)`.

    It gets no fresher by that: when it began and when they last proved who they are stay as they
    were. Copies of its cookie name the member by the former uniquifier, and so open nothing.
    """
    session["_user_id"] = member.fs_uniquifier


def log_in_half(member: StaffMember, *, now: datetime) -> None:
    """With nothing in the session of what was before."""
    _forget_all()
    prove_half(member, now=now)


def prove_half(member: StaffMember, *, now: datetime) -> None:
    """The password was right: for some minutes a second factor can be shown."""
    session[HALF] = [member.fs_uniquifier, now.timestamp()]


def half_logged_in(*, now: datetime) -> StaffMember | None:
    """Whose password was right a moment ago, in this browser."""
    uniquifier, at = session.get(HALF) or ("", 0)
    if not 0 <= now.timestamp() - at < HALF_LIFE.total_seconds():
        return None
    member = find_member_by_uniquifier(uniquifier)
    return member if member and member.active else None


def prove_again(*, now: datetime) -> None:
    """Who is logged in has just proved again that it is them."""
    session.pop(HALF, None)
    session["fs_paa"] = now.timestamp()


def is_password_of(member: StaffMember | None, password: str) -> bool:
    """Whether a password opens someone's account. It is the same work where there is none to open.

    A stored hash with other parameters than today's is renewed. Raises BulkheadFull.
    """
    hashing = password_hashing()
    known = member.password if member and member.active else None
    checked = hashing.check(
        password,
        known,
        outdated=outdated_hashes(hashing.parameters),
        is_stranger=not is_known(request),
    )
    if member and checked.rehashed:
        renew_hash(member, checked.rehashed)
    return checked.is_right


def hash_password(password: str) -> str:
    """Raises BulkheadFull."""
    return password_hashing().hash(password)


def session_id() -> str:
    """The id of the session that this request is in."""
    return name_of(session.get(SESSION, ""))


def _forget_all() -> None:
    session.clear()
    for kept in ("csrf_token", "rights"):
        g.pop(kept, None)


def _load(uniquifier: str) -> StaffMember | None:
    """Who a cookie names, if they still work here and its session still holds."""
    held = find_session(
        session.get(SESSION, ""), **session_limits(current_app.config), now=utc_now()
    )
    member = find_member_by_uniquifier(uniquifier) if held else None
    if held is None or member is None or not member.active or held.staff_id != member.id:
        return None
    return member


def _begin(_app: Flask, user: StaffMember, authn_via: list[str], **_facts: Any) -> None:
    device = device_of(request.user_agent.string)
    session[SESSION] = start_session(user, via=authn_via[0], device=device, now=utc_now())


def _end(_app: Flask, user: Any, **_facts: Any) -> None:
    if secret := session.pop(SESSION, None):
        facts = {"staff_id": user.id, "event": "logout", "actor": user.email}
        end_session(name_of(secret), **facts, now=utc_now())
