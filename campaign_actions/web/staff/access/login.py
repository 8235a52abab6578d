"""Coming in and going out: password, second factor, passkey.

Whatever is wrong at the log-in, the answer is the same, and takes as long: nobody learns which
addresses are known.
"""

from typing import Any

from flask import Blueprint, Response, make_response, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from flask_security import logout_user

from campaign_actions.core.bulkhead import BulkheadFull
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.security.webauthn import authentication_challenge
from campaign_actions.staff.authentication import login_throttle
from campaign_actions.staff.authentication.login_failures import count_login_failure
from campaign_actions.staff.authentication.mfa_enrolment import has_factor, is_complete
from campaign_actions.staff.authentication.mfa_verification import prove_by_passkey
from campaign_actions.staff.forms import CodeForm, LogInForm, PasskeyForm
from campaign_actions.staff.models import StaffMember
from campaign_actions.staff.queries import find_member_alone
from campaign_actions.web.staff.access.authentication import (
    half_logged_in,
    is_password_of,
    log_in,
    log_in_half,
)
from campaign_actions.web.staff.access.authorization import way_on
from campaign_actions.web.staff.access.device_cookie import (
    any_device,
    known_device,
    name_of,
    remember_device,
)
from campaign_actions.web.staff.access.passkey_challenge import (
    asking_page,
    challenge_in,
    factor_page,
    on_page,
    read_factor,
)

bp = Blueprint("security", __name__, url_prefix="/staff")


@bp.route("/login", methods=["GET", "POST"])
def login() -> ResponseReturnValue:
    """By address and password; who has a second factor is asked for it next, each time."""
    if current_user.is_authenticated:
        return redirect(way_on())
    form = LogInForm()
    if not form.is_submitted():
        return _login_page(form)
    if not form.validate():
        return _login_page(form, _("Type your e-mail address and your password."), 400)
    email = form.email.data.strip().lower()
    if seconds := login_throttle.wait_to_try_password(
        name_of(email), device=known_device(request, email)
    ):
        return _login_page(form, _other_way(seconds), 429, wait=seconds)
    member, now = find_member_alone(email), utc_now()
    try:
        is_right = is_password_of(member, form.password.data)
    except BulkheadFull as full:
        return _login_page(form, full.message, full.status, wait=full.retry_after)
    if not is_right or member is None:
        count_login_failure(member.email if member else "", via="password", now=now)
        return _login_page(form, _("The address or the password is not right."), 400)
    if has_factor(member):
        log_in_half(member, now=now)
        return redirect(url_for(".second_factor", next=way_on()), 302)
    return _come_in(member, via="password")


def _other_way(seconds: int) -> str:
    """People who guess may use up the tries of devices that nobody knows, but not these ways."""
    way = _(
        "You can log in now with a passkey. Or choose “I have forgotten my password”: with a link by "
        "email you set a new password, and log in without waiting."
    )
    return f"{login_throttle.in_words(seconds)} {way}"


@bp.post("/login/passkey/")
def login_by_passkey() -> ResponseReturnValue:
    """By a passkey alone, which has asked for a finger, a face or a PIN: both factors in one."""
    form, now = PasskeyForm(), utc_now()
    if seconds := login_throttle.wait_to_show("passkey", device=any_device(request)):
        return _login_page(LogInForm(None), login_throttle.in_words(seconds), 429, wait=seconds)
    challenge = challenge_in(form.asked.data)
    answer = form.answer.data or ""
    member = challenge and prove_by_passkey(answer, challenge, of=None, alone=True, now=now)
    if not member:
        count_login_failure("", via="passkey", now=now)
        message = _(
            "We could not log you in with this passkey. Type your email address and password first: "
            "some passkeys work only after them."
        )
        return _login_page(LogInForm(None), message, 400)
    return _come_in(member, via="passkey")


@bp.route("/login/second-factor/", methods=["GET", "POST"])
def second_factor() -> ResponseReturnValue:
    """After the password: a code of the app, a recovery code or a passkey."""
    now = utc_now()
    member = half_logged_in(now=now)
    if member is None:
        return redirect(url_for(".login", next=way_on()))
    form, passkey = CodeForm(), PasskeyForm()
    if not form.is_submitted():
        return factor_page(member, form)
    shown = read_factor(member, form, passkey, now=now)
    if shown.via:
        return _come_in(member, via=f"password and {shown.via}")
    if shown.is_wrong:
        count_login_failure(member.email, via="second factor", now=now)
    return factor_page(member, form, shown.message, shown.status, wait=shown.wait)


@bp.post("/logout")
def logout() -> ResponseReturnValue:
    if current_user.is_authenticated:
        logout_user()
    session.clear()
    return redirect(url_for(".login"))


def _come_in(member: StaffMember, *, via: str) -> Response:
    to = way_on()
    log_in(member, via=via)
    answer = make_response(redirect(to, 302))
    return remember_device(answer, member.email) if is_complete(member) else answer


def _login_page(form: Any, message: str = "", status: int = 200, *, wait: int = 0) -> Response:
    passkey = on_page(authentication_challenge(is_passwordless=True))
    return asking_page("login", status, wait=wait, form=form, message=message, passkey=passkey)
