"""Logging in by password, second factor or passkey, and logging out.

Every failed log-in gives the same response after the same time, so nobody learns which addresses exist.
"""

from time import perf_counter

from flask import Blueprint, Response, make_response, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from flask_security import logout_user

from campaign_actions.core.bulkhead import BulkheadFull
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.security.response_timing import round_up_response_time
from campaign_actions.core.security.webauthn import authentication_challenge
from campaign_actions.staff.authentication import login_rate_limit
from campaign_actions.staff.authentication.login_failures import record_login_failure
from campaign_actions.staff.authentication.mfa_enrolment import has_factor, has_required_factor
from campaign_actions.staff.authentication.mfa_verification import verify_passkey
from campaign_actions.staff.forms import CodeForm, LogInForm, PasskeyForm
from campaign_actions.staff.models import StaffMember
from campaign_actions.staff.queries import find_member
from campaign_actions.web.staff.access.authentication import (
    check_password,
    find_pending_login,
    log_in,
    start_pending_login,
)
from campaign_actions.web.staff.access.authorization import next_address
from campaign_actions.web.staff.access.device_cookie import (
    account_hash,
    find_any_device,
    find_known_device,
    remember_device,
)
from campaign_actions.web.staff.access.passkey_challenge import (
    factor_page,
    passkey_values,
    prompt_page,
    read_challenge,
    read_factor,
)

bp = Blueprint("security", __name__, url_prefix="/staff")


@bp.route("/login", methods=["GET", "POST"])
def login() -> ResponseReturnValue:
    """Log in by address and password. Members with a second factor are asked for it next."""
    if current_user.is_authenticated:
        return redirect(next_address())
    form = LogInForm()
    if not form.is_submitted():
        return _login_page(form)
    if not form.validate():
        return _login_page(form, _("Enter your email address and password."), 400)
    started, email = perf_counter(), form.email.data.strip().lower()
    if seconds := login_rate_limit.throttle_password(
        account_hash(email), device=find_known_device(request, email)
    ):
        return _login_page(form, _throttled_message(seconds), 429, wait=seconds)
    member, now = find_member(email), utc_now()
    try:
        is_right = check_password(member, form.password.data)
    except BulkheadFull as full:
        return _login_page(form, full.message, full.status, wait=full.retry_after)
    if not is_right or member is None:
        record_login_failure(member.email if member else "", via="password", now=now)
        page = _login_page(
            form, _("The email address or password is incorrect. Please try again."), 400
        )
        round_up_response_time(started)
        return page
    if has_factor(member):
        start_pending_login(member, now=now)
        return redirect(url_for(".second_factor", next=next_address()), 302)
    return _finish(member, via="password")


def _throttled_message(seconds: int) -> str:
    """Someone guessing can use up attempts for unknown devices, but cannot block these two ways."""
    way = _(
        "To log in now, use a passkey. Or choose “Forgotten your password?” and we will"
        " email you a link to set a new one."
    )
    return f"{login_rate_limit.throttle_message(seconds)} {way}"


@bp.post("/login/passkey/")
def login_by_passkey() -> ResponseReturnValue:
    """Log in by a passkey alone, which has verified its user by fingerprint, face or PIN."""
    form, now = PasskeyForm(), utc_now()
    if seconds := login_rate_limit.throttle_factor("passkey", device=find_any_device(request)):
        return _login_page(
            LogInForm(None), login_rate_limit.throttle_message(seconds), 429, wait=seconds
        )
    challenge = read_challenge(form.asked.data)
    answer = form.answer.data or ""
    member = challenge and verify_passkey(answer, challenge, owner=None, alone=True, now=now)
    if not member:
        record_login_failure("", via="passkey", now=now)
        message = _(
            "We could not log you in with this passkey. Enter your email address and"
            " password first. Some passkeys work only after that."
        )
        return _login_page(LogInForm(None), message, 400)
    return _finish(member, via="passkey")


@bp.route("/login/second-factor/", methods=["GET", "POST"])
def second_factor() -> ResponseReturnValue:
    """After the password: an app code, a recovery code or a passkey."""
    now = utc_now()
    member = find_pending_login(now=now)
    if member is None:
        return redirect(url_for(".login", next=next_address()))
    form, passkey = CodeForm(), PasskeyForm()
    if not form.is_submitted():
        return factor_page(member, form)
    shown = read_factor(member, form, passkey, now=now)
    if shown.via:
        return _finish(member, via=f"password and {shown.via}")
    if shown.is_wrong:
        record_login_failure(member.email, via="second factor", now=now)
    return factor_page(member, form, shown.message, shown.status, wait=shown.wait)


@bp.post("/logout")
def logout() -> ResponseReturnValue:
    if current_user.is_authenticated:
        logout_user()
    session.clear()
    return redirect(url_for(".login"))


def _finish(member: StaffMember, *, via: str) -> Response:
    address = next_address()
    log_in(member, via=via)
    response = make_response(redirect(address, 302))
    return remember_device(response, member.email) if has_required_factor(member) else response


def _login_page(
    form: LogInForm, message: str = "", status: int = 200, *, wait: int = 0
) -> Response:
    passkey = passkey_values(authentication_challenge(is_passwordless=True))
    return prompt_page("login", status, wait=wait, form=form, message=message, passkey=passkey)
