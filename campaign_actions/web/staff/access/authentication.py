"""Staff log-in: Flask-Security below /staff/, with our own sessions in the database."""

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
from campaign_actions.staff.authentication.password_reset import update_hash
from campaign_actions.staff.authentication.sessions import (
    describe_device,
    end_session,
    hash_secret,
    start_session,
    use_session,
)
from campaign_actions.staff.models import Passkey, StaffMember
from campaign_actions.staff.queries import find_member_by_uniquifier, outdated_hashes
from campaign_actions.web.staff.access.authorization import ROOT, SHARED_PREVIEWS
from campaign_actions.web.staff.access.device_cookie import is_known_device

SESSION_KEY = "session"  # in the cookie: the secret of its StaffSession
PENDING_LOGIN_KEY = (
    "half"  # in the cookie: whose password was right, until the second factor follows
)
PENDING_LOGIN_LIFETIME = timedelta(minutes=10)
SETTINGS = {
    "SESSION_COOKIE_NAME": "staff",
    "SESSION_COOKIE_PATH": ROOT.rstrip("/"),
    "SESSION_COOKIE_SAMESITE": "Lax",
    "WTF_CSRF_CHECK_DEFAULT": False,  # request_guard checks staff forms; public forms have their own token
    "WTF_CSRF_SSL_STRICT": False,  # request_guard checks the origin
    "WTF_CSRF_TIME_LIMIT": None,  # valid as long as the session
    "SECURITY_PASSWORD_SCHEMES": ["argon2"],
    "SECURITY_PASSWORD_SINGLE_HASH": {"argon2"},
    "SECURITY_CLI_USERS_NAME": False,
    "SECURITY_CLI_ROLES_NAME": False,
}


class StaffSessionInterface(SecureCookieSessionInterface):
    """Reads and sets the cookie below /staff/ only, not on public pages or shared previews."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        is_for_staff = request.path.startswith(ROOT) and not request.path.startswith(
            SHARED_PREVIEWS
        )
        return super().open_session(app, request) if is_for_staff else None


def init_app(app: Flask) -> None:
    app.config.from_mapping(SETTINGS)
    app.config["SESSION_COOKIE_SECURE"] = app.config["PUBLIC_URL"].startswith("https://")
    app.session_interface = StaffSessionInterface()
    # Roles are ours (permissions.py), so Flask-Security has no table for them. All pages are ours too:
    # the texts of its own are not in our catalogs.
    datastore = SQLAlchemyUserDatastore(db, StaffMember, RoleMixin, Passkey)
    security = Security(app, datastore, register_blueprint=False)
    password_hashing.provide(app, PasswordHashing(security.pwd_context))
    login_manager: Any = app.login_manager  # type: ignore[attr-defined]
    # These would look up the current user on every page, including public ones.
    app.before_request_funcs[None].remove(security.principal._on_before_request)
    app.after_request_funcs[None].remove(login_manager._update_remember_cookie)
    app.template_context_processors[None].remove(_user_context_processor)
    app.jinja_env.globals["current_user"] = current_user
    login_manager.user_loader(_load_member)
    login_manager.request_loader(None)  # only sessions log anyone in
    user_authenticated.connect(_start_session, app)
    user_logged_out.connect(_end_session, app)


def may_send_more(request: Request) -> bool:
    """Whether a member has logged in on this device, as far as signed cookies tell.

    There is no database query. A member who has just accepted an invitation has a session, but the
    device is not known yet.
    """
    if is_known_device(request):
        return True
    stored = current_app.session_interface.open_session(current_app, request)
    return stored is not None and "_user_id" in stored


def session_limits(config: Mapping[str, Any]) -> dict[str, timedelta]:
    """How long a session may be idle, and its maximum lifetime."""
    return {
        "idle": timedelta(minutes=config["STAFF_IDLE_MINUTES"]),
        "absolute": timedelta(hours=config["STAFF_SESSION_HOURS"]),
    }


def log_in(member: StaffMember, *, via: str) -> None:
    """Start a new, empty session. `via`: as for `start_session()`."""
    _clear_session()
    login_user(member, remember=False, authn_via=[via])


def keep_current_session(member: StaffMember) -> None:
    """Keep this session after `revoke_access(keep_session=…)` has ended all others of the member.

    Its start and the last reauthentication stay the same. Copies of its old cookie contain the former
    uniquifier and no longer work.
    """
    session["_user_id"] = member.fs_uniquifier


def start_pending_login(member: StaffMember, *, now: datetime) -> None:
    """Empty the session, then wait for the second factor."""
    _clear_session()
    mark_password_verified(member, now=now)


def mark_password_verified(member: StaffMember, *, now: datetime) -> None:
    """Accept a second factor for the next PENDING_LOGIN_LIFETIME."""
    session[PENDING_LOGIN_KEY] = [member.fs_uniquifier, now.timestamp()]


def find_pending_login(*, now: datetime) -> StaffMember | None:
    """The active member whose password was right a few minutes ago, in this browser."""
    uniquifier, at = session.get(PENDING_LOGIN_KEY) or ("", 0)
    if not 0 <= now.timestamp() - at < PENDING_LOGIN_LIFETIME.total_seconds():
        return None
    member = find_member_by_uniquifier(uniquifier)
    return member if member and member.active else None


def mark_reauthenticated(*, now: datetime) -> None:
    """Record that the member has just proved again who they are."""
    session.pop(PENDING_LOGIN_KEY, None)
    session["fs_paa"] = now.timestamp()


def check_password(member: StaffMember | None, password: str) -> bool:
    """Whether a password is right. It takes the same work if there is no such account.

    A stored hash with outdated parameters is renewed. Raises BulkheadFull.
    """
    hashing = password_hashing()
    known = member.password if member and member.active else None
    checked = hashing.check(
        password,
        known,
        outdated=outdated_hashes(hashing.parameters),
        is_stranger=not is_known_device(request),
    )
    if member and checked.new_hash:
        update_hash(member, checked.new_hash)
    return checked.is_right


def hash_password(password: str) -> str:
    """Raises BulkheadFull."""
    return password_hashing().hash(password)


def current_session_id() -> str:
    """The id of the session of this request."""
    return hash_secret(session.get(SESSION_KEY, ""))


def _clear_session() -> None:
    session.clear()
    for name in ("csrf_token", "rights"):
        g.pop(name, None)


def _load_member(uniquifier: str) -> StaffMember | None:
    """The active member a cookie names, if its session is valid."""
    found = use_session(
        session.get(SESSION_KEY, ""), **session_limits(current_app.config), now=utc_now()
    )
    member = find_member_by_uniquifier(uniquifier) if found else None
    if found is None or member is None or not member.active or found.staff_id != member.id:
        return None
    return member


def _start_session(_app: Flask, user: StaffMember, authn_via: list[str], **_extra: object) -> None:
    device = describe_device(request.user_agent.string)
    session[SESSION_KEY] = start_session(user, via=authn_via[0], device=device, now=utc_now())


def _end_session(_app: Flask, user: StaffMember, **_extra: object) -> None:
    if secret := session.pop(SESSION_KEY, None):
        end_session(
            hash_secret(secret),
            staff_id=user.id,
            event="logout",
            actor=user.email,
            now=utc_now(),
        )
