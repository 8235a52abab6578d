"""Asking a browser for a passkey, and knowing again what this browser was asked."""

import hashlib
from datetime import timedelta

from flask import session
from flask_wtf.csrf import generate_csrf

from campaign_actions.core.errors import DomainError
from campaign_actions.core.passkeys import Asked, origin
from campaign_actions.core.tokens import make_token, read_token

PURPOSE = "staff passkey"
LIFE = timedelta(minutes=10)


def on_page(asked: Asked) -> dict[str, str]:
    """What a page needs for `static/passkeys.js`."""
    token = make_token(PURPOSE, f"{asked.challenge}~{_browser()}")
    return {"options": asked.options, "asked": token, "origin": origin()}


def challenge_in(token: str | None) -> str:
    """What this browser was asked some minutes ago at most; "" if it was not."""
    try:
        challenge, _sign, browser = read_token(PURPOSE, token or "", max_age=LIFE).partition("~")
    except DomainError:
        return ""
    return challenge if browser == _browser() else ""


def _browser() -> str:
    """A name for the session that this browser has, logged in or not."""
    generate_csrf()
    return hashlib.sha256(session["csrf_token"].encode()).hexdigest()[:32]
