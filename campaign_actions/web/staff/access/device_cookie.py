"""Signed cookies that mark devices on which a member has logged in, without a database query."""

import hashlib
import secrets
from datetime import timedelta

from flask import Request, Response, current_app

from campaign_actions.core.errors import DomainError
from campaign_actions.core.security.signed_tokens import TokenKind

COOKIE_PREFIX = "device-"  # followed by a part of the account hash
COOKIE_LIFETIME = timedelta(days=400)  # the maximum in browsers
DEVICE = TokenKind("staff device, after every factor", COOKIE_LIFETIME)


def remember_device(response: Response, email: str) -> Response:
    """Give this device its own log-in attempts, and let it send long texts and files.

    Only after a log-in with every required factor: an emailed link or a password alone must not give
    anyone more attempts.
    """
    response.set_cookie(
        _cookie_name(email),
        DEVICE.make(f"{account_hash(email)}-{secrets.token_hex(12)}"),
        max_age=COOKIE_LIFETIME,
        path=current_app.config["SESSION_COOKIE_PATH"],
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    return response


def find_known_device(request: Request, email: str) -> str:
    """The id of this device if it has logged in to an account before; else ""."""
    device = _read_device(request.cookies.get(_cookie_name(email), ""))
    return device if device.startswith(f"{account_hash(email)}-") else ""


def find_any_device(request: Request) -> str:
    """The id of this device if any member has logged in on it before; else ""."""
    cookies = (value for name, value in request.cookies.items() if name.startswith(COOKIE_PREFIX))
    return next(filter(None, map(_read_device, cookies)), "")


def is_known_device(request: Request) -> bool:
    """Whether a member has logged in on this device before."""
    return bool(find_any_device(request))


def account_hash(email: str) -> str:
    return hashlib.sha256(email.strip().lower().encode()).hexdigest()[:32]


def _read_device(cookie: str) -> str:
    try:
        return DEVICE.read(cookie)
    except DomainError:
        return ""


def _cookie_name(email: str) -> str:
    return f"{COOKIE_PREFIX}{account_hash(email)[:12]}"
