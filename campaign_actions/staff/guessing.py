"""Limits on guessing passwords and codes, that nobody can use to lock somebody else out.

A device on which somebody has logged in carries a cookie that says so, and has tries of its own
(OWASP, device cookies). All others share some an account: who guesses uses up those of strangers.
A member on a new device gets one of the cookies by a link from their mailbox, too.
"""

import hashlib
import math
import secrets
from datetime import timedelta

from flask import Response, current_app, request
from flask_babel import ngettext

from campaign_actions.core.errors import DomainError
from campaign_actions.core.throttling import seconds_to_wait
from campaign_actions.core.tokens import make_token, read_token
from campaign_actions.staff.guards import ROOT

PURPOSE = "staff device"
COOKIE = "device-"  # begins the name of one; an account has its own
LIFE = timedelta(days=400)  # longer, browsers do not keep one
SOURCE = "30 per 5 minutes; 200 per hour"  # tries from one source, whoever they are for
ACCOUNT = "10 per 15 minutes; 50 per day"  # for one account, by devices that never logged in to it
DEVICE = "10 per 15 minutes; 50 per day"  # for one account, by one device that has
RESETS = "10 per 15 minutes; 30 per hour"  # from one source


def wait_to_try(what: str, email: str) -> int:
    """Count a try for an address, known or not; 0 if it may be made, else the seconds until then.

    `what`: passwords and codes are counted apart.
    """
    if device := _known_device(email):
        return seconds_to_wait(DEVICE, what, whose=device)
    of_source = seconds_to_wait(SOURCE, what)
    return of_source or seconds_to_wait(ACCOUNT, what, "account", whose=_name(email))


def wait_to_show_passkey() -> int:
    """A passkey can not be guessed: this only keeps the machine from being kept busy.

    It does not say whose it is before it is looked at, so any account of the device will do.
    """
    if device := _any_device():
        return seconds_to_wait(DEVICE, "passkey", whose=device)
    return seconds_to_wait(SOURCE, "passkey")


def wait_to_ask_for_reset(email: str) -> int:
    return seconds_to_wait(RESETS, "reset", whose=_known_device(email) or "")


def remember_device(response: Response, email: str) -> Response:
    """Let this device have tries of its own from now on."""
    response.set_cookie(
        _cookie(email),
        make_token(PURPOSE, f"{_name(email)}-{secrets.token_hex(12)}"),
        max_age=LIFE,
        path=ROOT.rstrip("/"),
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    return response


def in_words(seconds: int) -> str:
    minutes = math.ceil(seconds / 60)
    words = ngettext(
        "That were many tries. Please wait %(num)d minute.",
        "That were many tries. Please wait %(num)d minutes.",
        minutes,
    )
    return str(words)


def _known_device(email: str) -> str:
    """The name of this device, if it has logged in with an address before; else nothing."""
    device = _device_in(request.cookies.get(_cookie(email), ""))
    return device if device.startswith(f"{_name(email)}-") else ""


def _any_device() -> str:
    """The name of this device, if somebody has logged in on it before; else nothing."""
    kept = (value for name, value in request.cookies.items() if name.startswith(COOKIE))
    return next(filter(None, map(_device_in, kept)), "")


def _device_in(cookie: str) -> str:
    try:
        return read_token(PURPOSE, cookie, max_age=LIFE)
    except DomainError:
        return ""


def _cookie(email: str) -> str:
    return f"{COOKIE}{_name(email)[:12]}"


def _name(email: str) -> str:
    return hashlib.sha256(email.strip().lower().encode()).hexdigest()[:32]
