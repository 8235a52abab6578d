"""Who is logged in proves again that it is them: by the same as at the log-in."""

from datetime import datetime

from flask import Blueprint, Response, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign_actions.core.bulkhead import BulkheadFull
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.security.webauthn import authentication_challenge
from campaign_actions.staff.authentication import login_throttle
from campaign_actions.staff.authentication.login_failures import count_login_failure
from campaign_actions.staff.authentication.mfa_enrolment import has_factor
from campaign_actions.staff.authentication.mfa_verification import prove_by_passkey
from campaign_actions.staff.forms import CodeForm, PasskeyForm, VerifyForm
from campaign_actions.staff.models import StaffMember
from campaign_actions.web.staff.access.authentication import (
    half_logged_in,
    is_password_of,
    prove_again,
    prove_half,
    session_id,
)
from campaign_actions.web.staff.access.authorization import current_staff, needs, way_on
from campaign_actions.web.staff.access.passkey_challenge import (
    asking_page,
    challenge_in,
    factor_page,
    on_page,
    read_factor,
)

bp = Blueprint("staff_verifying", __name__, url_prefix="/staff/verify")


@bp.route("", methods=["GET", "POST"])
@needs(None, without_factor=True)
def verify() -> ResponseReturnValue:
    """By a passkey alone, or by the password; who has a second factor is asked for it next."""
    member, now = current_staff(), utc_now()
    form, passkey = VerifyForm(), PasskeyForm()
    if not form.is_submitted():
        return _page(member, form)
    if seconds := login_throttle.wait_to_try_again(session_id()):
        return _page(member, form, login_throttle.in_words(seconds), 429, wait=seconds)
    if passkey.answer.data:
        if _is_passkey_of(member, passkey, now=now):
            return _go_on(now)
    else:
        try:
            is_right = form.validate() and is_password_of(member, form.password.data)
        except BulkheadFull as full:
            return _page(member, form, full.message, full.status, wait=full.retry_after)
        if is_right and not has_factor(member):
            return _go_on(now)
        if is_right:
            prove_half(member, now=now)
            return redirect(url_for(".second_factor", next=way_on()), 303)
    count_login_failure(member.email, via="again", now=now)
    return _page(member, form, _("That is not right. Please try again."), 400)


@bp.route("/second-factor/", methods=["GET", "POST"])
@needs(None)
def second_factor() -> ResponseReturnValue:
    """After the password: a code of the app, a recovery code or a passkey."""
    member, now = current_staff(), utc_now()
    if half_logged_in(now=now) != member:
        return redirect(url_for(".verify", next=way_on()), 303)
    form, passkey = CodeForm(), PasskeyForm()
    if not form.is_submitted():
        return factor_page(member, form, again=True)
    shown = read_factor(member, form, passkey, now=now)
    if shown.via:
        return _go_on(now)
    if shown.is_wrong:
        count_login_failure(member.email, via="again, second factor", now=now)
    return factor_page(member, form, shown.message, shown.status, wait=shown.wait, again=True)


def _go_on(now: datetime) -> ResponseReturnValue:
    prove_again(now=now)
    return redirect(way_on(), 303)


def _is_passkey_of(member: StaffMember, passkey: PasskeyForm, *, now: datetime) -> bool:
    """Whether it stands for every factor: it has asked for a finger, a face or a PIN."""
    challenge, answer = challenge_in(passkey.asked.data), passkey.answer.data or ""
    if not challenge:
        return False
    return prove_by_passkey(answer, challenge, of=member, alone=True, now=now) is not None


def _page(
    member: StaffMember, form: VerifyForm, message: str = "", status: int = 200, *, wait: int = 0
) -> Response:
    """With a button for passkeys that ask for a finger, a face or a PIN: these do alone."""
    known = [passkey.credential_id for passkey in member.webauthn if passkey.usage == "first"]
    passkey = on_page(authentication_challenge(known, is_passwordless=True)) if known else None
    return asking_page("verify", status, wait=wait, form=form, message=message, passkey=passkey)
