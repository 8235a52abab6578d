"""Asking a browser for a password, a code or a passkey, and knowing again what it was asked."""

import hashlib
from datetime import timedelta
from typing import Any

from flask import Response, make_response, render_template, session
from flask_wtf.csrf import generate_csrf

from campaign_actions.core.errors import DomainError
from campaign_actions.core.passkeys import Asked, ask_for_one, origin
from campaign_actions.core.tokens import make_token, read_token
from campaign_actions.staff.guards import way_on
from campaign_actions.staff.models import StaffMember

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


def asking_page(template: str, status: int, *, wait: int = 0, **values: Any) -> Response:
    """One of the pages that ask who it is. `wait`: seconds until the next try is heard."""
    page = render_template(f"staff/{template}.html", next=way_on(), **values)
    answer = make_response(page, status)
    if wait:
        answer.headers["Retry-After"] = str(wait)
    return answer


def factor_page(
    member: StaffMember,
    form: Any,
    message: str = "",
    status: int = 200,
    *,
    wait: int = 0,
    again: bool = False,
) -> Response:
    """It asks for the second factor, after the password. `again`: of who is logged in."""
    known = [passkey.credential_id for passkey in member.webauthn]
    passkey = on_page(ask_for_one(known, alone=False)) if known else None
    facts = {"form": form, "message": message, "member": member, "again": again}
    return asking_page("second_factor", status, wait=wait, passkey=passkey, **facts)


def _browser() -> str:
    """A name for the session that this browser has, logged in or not."""
    generate_csrf()
    return hashlib.sha256(session["csrf_token"].encode()).hexdigest()[:32]
