"""How staff log in: Flask-Security below /staff/, and sessions that end when we say so."""

from datetime import timedelta
from typing import Any

from flask import Flask, Request, current_app, g, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_login import user_logged_out
from flask_security import RoleMixin, Security, SQLAlchemyUserDatastore, user_authenticated
from flask_security.utils import set_request_attr

from campaign_actions.core.database import db, utc_now
from campaign_actions.staff.guards import ROOT
from campaign_actions.staff.models import Passkey, StaffMember
from campaign_actions.staff.queries import find_member_by_uniquifier
from campaign_actions.staff.sessions import end_session, find_session, name_of, start_session

SESSION = "session"  # what the cookie calls the secret of its StaffSession
SETTINGS = {
    "SESSION_COOKIE_NAME": "staff",
    "SESSION_COOKIE_PATH": ROOT.rstrip("/"),
    "SESSION_COOKIE_SAMESITE": "Lax",
    "WTF_CSRF_CHECK_DEFAULT": False,  # guards check each post below /staff/; public forms have their own
    "SECURITY_URL_PREFIX": ROOT.rstrip("/"),
    "SECURITY_POST_LOGIN_VIEW": ROOT,
    "SECURITY_POST_LOGOUT_VIEW": f"{ROOT}login",
    "SECURITY_LOGIN_USER_TEMPLATE": "staff/login.html",
    "SECURITY_VERIFY_TEMPLATE": "staff/verify.html",
    "SECURITY_STATIC_FOLDER": None,
    "SECURITY_CLI_USERS_NAME": False,
    "SECURITY_CLI_ROLES_NAME": False,
    "SECURITY_PASSWORD_SCHEMES": ["argon2"],
    "SECURITY_PASSWORD_SINGLE_HASH": {"argon2"},
    "SECURITY_PASSWORD_LENGTH_MIN": 12,
    "SECURITY_RETURN_GENERIC_RESPONSES": True,
    "SECURITY_FLASH_MESSAGES": False,
    "SECURITY_FRESHNESS": timedelta(minutes=10),
    "SECURITY_FRESHNESS_GRACE_PERIOD": timedelta(minutes=5),
}


class SessionsOfStaff(SecureCookieSessionInterface):
    """A cookie below /staff/ alone: public pages set none, and look at none."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        return super().open_session(app, request) if request.path.startswith(ROOT) else None


def init_app(app: Flask) -> None:
    app.config.from_mapping(SETTINGS)
    app.config["SESSION_COOKIE_SECURE"] = app.config["PUBLIC_URL"].startswith("https://")
    app.session_interface = SessionsOfStaff()
    # Roles and what they allow are ours (permissions.py): Flask-Security has no table for them.
    datastore = SQLAlchemyUserDatastore(db, StaffMember, RoleMixin, Passkey)
    security = Security(app, datastore)
    security.principal.identity_loaders.clear()  # it would ask who it is on public pages, too
    login_manager: Any = app.login_manager  # type: ignore[attr-defined]
    login_manager.user_loader(_load)
    login_manager.request_loader(None)  # by a session and nothing else
    user_authenticated.connect(_begin, app)
    user_logged_out.connect(_end, app)


def _load(uniquifier: str) -> StaffMember | None:
    """Who a cookie names, if they still work here and its session still holds."""
    config = current_app.config
    idle = timedelta(minutes=config["STAFF_IDLE_MINUTES"])
    absolute = timedelta(hours=config["STAFF_SESSION_HOURS"])
    held = find_session(session.get(SESSION, ""), idle=idle, absolute=absolute, now=utc_now())
    member = find_member_by_uniquifier(uniquifier) if held else None
    if held is None or member is None or not member.active or held.staff_id != member.id:
        return None
    set_request_attr("fs_paa", session.get("fs_paa", 0))  # what freshness is measured by
    return member


def _begin(_app: Flask, user: StaffMember, **_facts: Any) -> None:
    session[SESSION] = start_session(user.id, device="", now=utc_now())
    g.pop("rights", None)


def _end(_app: Flask, user: Any, **_facts: Any) -> None:
    if secret := session.pop(SESSION, None):
        end_session(name_of(secret), staff_id=user.id)
