"""On which devices somebody has logged in before: a signed cookie says so, and no database is asked."""

import hashlib
import secrets
from datetime import timedelta

from flask import Request, Response, current_app

from campaign_actions.core.errors import DomainError
from campaign_actions.core.security.signed_tokens import make_token, read_token

PURPOSE = "staff device, after every factor"
COOKIE_PREFIX = "device-"  # begins the name of one; an account has its own
COOKIE_LIFETIME = timedelta(days=400)  # longer, browsers do not keep one


def remember_device(response: Response, email: str) -> Response:
    """Let this device have tries of its own from now on, and send long texts and files.

    Only after a log-in with every factor that the account has or needs: a link by mail or a password
    alone gives nobody more tries.
    """
    response.set_cookie(
        _cookie_name(email),
        make_token(PURPOSE, f"{account_hash(email)}-{secrets.token_hex(12)}"),
        max_age=COOKIE_LIFETIME,
        path=current_app.config["SESSION_COOKIE_PATH"],
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    return response


def find_known_device(request: Request, email: str) -> str:
    """The name of this device, if it has logged in with an address before; else nothing."""
    device = _read_device(request.cookies.get(_cookie_name(email), ""))
    return device if device.startswith(f"{account_hash(email)}-") else ""


def find_any_device(request: Request) -> str:
    """The name of this device, if anybody has logged in on it before; else nothing."""
    kept = (value for name, value in request.cookies.items() if name.startswith(COOKIE_PREFIX))
    return next(filter(None, map(_read_device, kept)), "")


def is_known_device(request: Request) -> bool:
    """Whether this may be one of staff: whoever sends it has logged in here before, on this device."""
    return bool(find_any_device(request))


def account_hash(email: str) -> str:
    return hashlib.sha256(email.strip().lower().encode()).hexdigest()[:32]


def _read_device(cookie: str) -> str:
    try:
        return read_token(PURPOSE, cookie, max_age=COOKIE_LIFETIME)
    except DomainError:
        return ""


def _cookie_name(email: str) -> str:
    return f"{COOKIE_PREFIX}{account_hash(email)[:12]}"
