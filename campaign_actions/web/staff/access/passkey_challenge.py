"""Asking for a factor, and reading the response: passkey challenges and codes."""

import hashlib
import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Response, render_template, request, session
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf

from campaign_actions.core.db.session import utc_now
from campaign_actions.core.errors import DomainError
from campaign_actions.core.security.signed_tokens import SEPARATOR, TokenKind
from campaign_actions.core.security.webauthn import Challenge, authentication_challenge, origin
from campaign_actions.staff.authentication import login_rate_limit
from campaign_actions.staff.authentication.mfa_verification import (
    verify_any_code,
    verify_passkey,
)
from campaign_actions.staff.authentication.wrong_code_limit import (
    MAX_WRONG_CODES,
    CodesBlocked,
    current_block_end,
)
from campaign_actions.staff.forms import CodeForm, PasskeyForm
from campaign_actions.staff.models import StaffMember
from campaign_actions.web.staff.access.authorization import next_address
from campaign_actions.web.staff.access.device_cookie import find_any_device
from campaign_actions.web.staff.responses import page_response

CHALLENGE = TokenKind("staff passkey", timedelta(minutes=10))


@dataclass(frozen=True)
class FactorAnswer:
    """The method of a right second factor (`via`), or the response to a wrong one."""

    via: str = ""
    message: str = ""
    status: int = 400
    wait: int = 0  # seconds until another attempt is allowed

    @property
    def is_wrong(self) -> bool:
        """Whether it was checked and was wrong."""
        return not self.via and not self.wait


def passkey_values(asked: Challenge) -> dict[str, str]:
    """The values that `static/passkeys.js` needs on a page."""
    token = CHALLENGE.make(asked.challenge, _browser_id())
    return {"options": asked.options, "asked": token, "origin": origin()}


def read_challenge(token: str | None) -> str:
    """The challenge in a token, if it is recent and for this browser; else ""."""
    try:
        content = CHALLENGE.read(token or "")
    except DomainError:
        return ""
    challenge, _separator, browser = content.partition(SEPARATOR)
    return challenge if browser == _browser_id() else ""


def prompt_page(template: str, status: int, *, wait: int = 0, **values: object) -> Response:
    """A page that asks for a factor. `wait`: seconds until another attempt is allowed."""
    page = render_template(f"staff/access/{template}.html", next=next_address(), **values)
    return page_response(page, status, retry_after=wait)


def factor_page(
    member: StaffMember,
    form: CodeForm,
    message: str = "",
    status: int = 200,
    *,
    wait: int = 0,
    again: bool = False,
) -> Response:
    """The page for the second factor. `again`: the member is logged in already."""
    known = [passkey.credential_id for passkey in member.webauthn]
    passkey = (
        passkey_values(authentication_challenge(known, is_passwordless=False)) if known else None
    )
    until = current_block_end(member.codes_blocked_until, utc_now())
    values = {"form": form, "message": message, "member": member, "again": again}
    values |= {"blocked_until": until, "most": MAX_WRONG_CODES}
    return prompt_page("second_factor", status, wait=wait, passkey=passkey, **values)


def read_factor(
    member: StaffMember, form: CodeForm, passkey: PasskeyForm, *, now: datetime
) -> FactorAnswer:
    """Check a second factor, which is a code or a passkey."""
    if seconds := login_rate_limit.throttle_factor("factor", device=find_any_device(request)):
        return FactorAnswer(
            message=login_rate_limit.throttle_message(seconds), status=429, wait=seconds
        )
    if passkey.answer.data:
        challenge, response = read_challenge(passkey.asked.data), passkey.answer.data
        if challenge and verify_passkey(response, challenge, owner=member, alone=False, now=now):
            return FactorAnswer(via="passkey")
        return FactorAnswer(message=_("This passkey did not work. Please try again."))
    try:
        via = verify_any_code(member, form.code.data, now=now) if form.validate() else ""
    except CodesBlocked as blocked:
        seconds = math.ceil((blocked.until - now).total_seconds())
        return FactorAnswer(status=429, wait=seconds)  # the page shows the block in any case
    wrong = _(
        "This code is incorrect or has already been used. Wait for the next code in your"
        " app, or use another recovery code."
    )
    return FactorAnswer(via=via, message="" if via else wrong)


def _browser_id() -> str:
    """An id of this browser's cookie session, logged in or not."""
    generate_csrf()
    return hashlib.sha256(session["csrf_token"].encode()).hexdigest()[:32]
