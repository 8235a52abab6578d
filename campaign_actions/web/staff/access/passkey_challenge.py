"""Asking a browser for a password, a code or a passkey, and reading what it answers."""

import hashlib
import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Response, make_response, render_template, request, session
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf

from campaign_actions.core.db.session import utc_now
from campaign_actions.core.errors import DomainError
from campaign_actions.core.security.signed_tokens import make_token, read_token
from campaign_actions.core.security.webauthn import Challenge, authentication_challenge, origin
from campaign_actions.staff.authentication import login_throttle
from campaign_actions.staff.authentication.code_limit import (
    MAX_WRONG_CODES,
    CodesBlocked,
    blocked_until,
)
from campaign_actions.staff.authentication.mfa_verification import (
    prove_by_any_code,
    prove_by_passkey,
)
from campaign_actions.staff.forms import CodeForm, PasskeyForm
from campaign_actions.staff.models import StaffMember
from campaign_actions.web.staff.access.authorization import way_on
from campaign_actions.web.staff.access.device_cookie import any_device

PURPOSE = "staff passkey"
LIFE = timedelta(minutes=10)


@dataclass(frozen=True)
class FactorAnswer:
    """How somebody showed their second factor (`via`); else what to tell them."""

    via: str = ""
    message: str = ""
    status: int = 400
    wait: int = 0  # seconds until the next try is heard

    @property
    def is_wrong(self) -> bool:
        """Whether it was looked at, and was not right."""
        return not self.via and not self.wait


def on_page(asked: Challenge) -> dict[str, str]:
    """What a page needs for `static/passkeys.js`."""
    token = make_token(PURPOSE, f"{asked.challenge}~{_browser()}")
    return {"options": asked.options, "asked": token, "origin": origin()}


def challenge_in(token: str | None) -> str:
    """What this browser was asked some minutes ago at most; "" if it was not."""
    try:
        challenge, _separator, browser = read_token(PURPOSE, token or "", max_age=LIFE).partition(
            "~"
        )
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
    passkey = on_page(authentication_challenge(known, is_passwordless=False)) if known else None
    until = blocked_until(member.codes_blocked_until, utc_now())
    facts = {"form": form, "message": message, "member": member, "again": again}
    facts |= {"blocked_until": until, "most": MAX_WRONG_CODES}
    return asking_page("second_factor", status, wait=wait, passkey=passkey, **facts)


def read_factor(
    member: StaffMember, form: CodeForm, passkey: PasskeyForm, *, now: datetime
) -> FactorAnswer:
    """Whether a second factor was shown, after the password: a code or a passkey."""
    if seconds := login_throttle.wait_to_show("factor", device=any_device(request)):
        return FactorAnswer(message=login_throttle.in_words(seconds), status=429, wait=seconds)
    if passkey.answer.data:
        challenge, answer = challenge_in(passkey.asked.data), passkey.answer.data
        if challenge and prove_by_passkey(answer, challenge, of=member, alone=False, now=now):
            return FactorAnswer(via="passkey")
        return FactorAnswer(message=_("This passkey did not work. Please try again."))
    try:
        via = prove_by_any_code(member, form.code.data, now=now) if form.validate() else ""
    except CodesBlocked as blocked:
        seconds = math.ceil((blocked.until - now).total_seconds())
        return FactorAnswer(status=429, wait=seconds)  # the page says it, however it is opened
    wrong = _("That code is not right. Each code works once: wait for the next one and try again.")
    return FactorAnswer(via=via, message="" if via else wrong)


def _browser() -> str:
    """A name for the session that this browser has, logged in or not."""
    generate_csrf()
    return hashlib.sha256(session["csrf_token"].encode()).hexdigest()[:32]
