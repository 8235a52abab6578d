"""Coming in and going out: password, second factor, passkey; and proving again that it is oneself.

Whatever is wrong at the log-in, the answer is the same, and takes as long: nobody learns which
addresses are known.
"""

from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from flask_security import logout_user

from campaign_actions.audit.recording import record
from campaign_actions.core.database import utc_now
from campaign_actions.core.passkeys import ask_for_one
from campaign_actions.staff import guessing
from campaign_actions.staff.asking import challenge_in, on_page
from campaign_actions.staff.equipping import has_factor
from campaign_actions.staff.forms import CodeForm, LogInForm, PasskeyForm, VerifyForm
from campaign_actions.staff.guards import current_staff, needs, way_on
from campaign_actions.staff.logging_in import (
    half_logged_in,
    is_password_of,
    log_in,
    log_in_half,
    prove_again,
)
from campaign_actions.staff.models import StaffMember
from campaign_actions.staff.proving import (
    prove_by_code,
    prove_by_passkey,
    prove_by_recovery_code,
)
from campaign_actions.staff.queries import find_member

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
        return _login_page(form, _("Type your address and your password."), 400)
    email = form.email.data.strip().lower()
    if seconds := guessing.wait_to_try("password", email):
        return _login_page(form, guessing.in_words(seconds), 429, wait=seconds)
    member, now = find_member(email), utc_now()
    if not is_password_of(member, form.password.data) or member is None:
        record("login-failed", actor=member.email if member else "", now=now, via="password")
        return _login_page(form, _("The address or the password is not right."), 400)
    if has_factor(member):
        log_in_half(member, now=now)
        return redirect(url_for(".second_factor", next=way_on()), 302)
    return _come_in(member, via="password")


@bp.post("/login/passkey/")
def login_by_passkey() -> ResponseReturnValue:
    """By a passkey alone, which has asked for a finger, a face or a PIN: both factors in one."""
    form, now = PasskeyForm(), utc_now()
    if seconds := guessing.wait_to_show_passkey():
        return _login_page(LogInForm(None), guessing.in_words(seconds), 429, wait=seconds)
    challenge = challenge_in(form.asked.data)
    member = challenge and prove_by_passkey(form.answer.data or "", challenge, of=None, now=now)
    if not member:
        record("login-failed", actor="", now=now, via="passkey")
        message = _("This passkey did not open anything here. Please try another way.")
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
        return _factor_page(member, form)
    if seconds := guessing.wait_to_try("code", member.email):
        return _factor_page(member, form, guessing.in_words(seconds), 429, wait=seconds)
    if passkey.answer.data:
        challenge = challenge_in(passkey.asked.data)
        if challenge and prove_by_passkey(passkey.answer.data, challenge, of=member, now=now):
            return _come_in(member, via="password and passkey")
    elif form.validate() and (via := _prove_by_any_code(member, form.code.data)):
        return _come_in(member, via=f"password and {via}")
    record("login-failed", actor=member.email, now=now, via="second factor")
    message = _("That did not fit. Each code works once: wait for the next one and try again.")
    return _factor_page(member, form, message, 400)


@bp.post("/logout")
def logout() -> ResponseReturnValue:
    if current_user.is_authenticated:
        logout_user()
    session.clear()
    return redirect(url_for(".login"))


@bp.route("/verify", methods=["GET", "POST"])
@needs(None, without_factor=True)
def verify() -> ResponseReturnValue:
    """Once more who it is, before what is about personal data or about the log-in itself."""
    member, now = current_staff(), utc_now()
    form, passkey = VerifyForm(), PasskeyForm()
    if not form.is_submitted():
        return _verify_page(member, form)
    if seconds := guessing.wait_to_try("password", member.email):
        return _verify_page(member, form, guessing.in_words(seconds), 429, wait=seconds)
    challenge = challenge_in(passkey.asked.data) if passkey.answer.data else ""
    if challenge:
        is_them = prove_by_passkey(passkey.answer.data, challenge, of=member, now=now) is not None
    else:
        is_them = form.validate() and is_password_of(member, form.password.data)
    if not is_them:
        record("login-failed", actor=member.email, now=now, via="again")
        return _verify_page(member, form, _("That did not fit. Please try again."), 400)
    prove_again(now=now)
    return redirect(way_on(), 303)


def _come_in(member: StaffMember, *, via: str) -> Response:
    to = way_on()
    log_in(member, via=via)
    return guessing.remember_device(make_response(redirect(to, 302)), member.email)


def _prove_by_any_code(member: StaffMember, code: str) -> str:
    """By which kind of code, if it is right."""
    bare, now = "".join(code.split()), utc_now()
    if bare.isascii() and bare.isdigit():
        return "code" if prove_by_code(member, bare, now=now) else ""
    return "recovery code" if prove_by_recovery_code(member, bare, now=now) else ""


def _login_page(form: Any, message: str = "", status: int = 200, *, wait: int = 0) -> Response:
    asked = on_page(ask_for_one(alone=True))
    page = render_template(
        "staff/login.html", form=form, message=message, passkey=asked, next=way_on()
    )
    return _answer(page, status, wait)


def _factor_page(
    member: StaffMember, form: Any, message: str = "", status: int = 200, *, wait: int = 0
) -> Response:
    page = render_template(
        "staff/second_factor.html",
        form=form,
        message=message,
        member=member,
        passkey=_ask_for_own(member),
        next=way_on(),
    )
    return _answer(page, status, wait)


def _verify_page(
    member: StaffMember, form: Any, message: str = "", status: int = 200, *, wait: int = 0
) -> Response:
    page = render_template(
        "staff/verify.html",
        form=form,
        message=message,
        passkey=_ask_for_own(member),
        next=way_on(),
    )
    return _answer(page, status, wait)


def _ask_for_own(member: StaffMember) -> dict[str, str] | None:
    known = [passkey.credential_id for passkey in member.webauthn]
    return on_page(ask_for_one(known, alone=False)) if known else None


def _answer(page: str, status: int, wait: int) -> Response:
    answer = make_response(page, status)
    if wait:
        answer.headers["Retry-After"] = str(wait)
    return answer
