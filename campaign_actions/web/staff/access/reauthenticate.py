"""Reauthentication: a member proves again who they are, as at the log-in."""

from datetime import datetime

from flask import Blueprint, Response, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign_actions.core.bulkhead import BulkheadFull
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.security.webauthn import authentication_challenge
from campaign_actions.staff.authentication import login_rate_limit
from campaign_actions.staff.authentication.login_failures import record_login_failure
from campaign_actions.staff.authentication.mfa_enrolment import has_factor
from campaign_actions.staff.authentication.mfa_verification import verify_passkey
from campaign_actions.staff.forms import CodeForm, PasskeyForm, VerifyForm
from campaign_actions.staff.models import StaffMember
from campaign_actions.web.staff.access.authentication import (
    check_password,
    current_session_id,
    find_pending_login,
    mark_password_verified,
    mark_reauthenticated,
)
from campaign_actions.web.staff.access.authorization import current_staff, needs, next_address
from campaign_actions.web.staff.access.passkey_challenge import (
    factor_page,
    passkey_values,
    prompt_page,
    read_challenge,
    read_factor,
)

bp = Blueprint("staff_access_reauthenticate", __name__, url_prefix="/staff/reauthenticate")


@bp.route("", methods=["GET", "POST"])
@needs(None, without_factor=True)
def reauthenticate() -> ResponseReturnValue:
    """By a passkey alone or the password. Members with a second factor are asked for it next."""
    member, now = current_staff(), utc_now()
    form, passkey = VerifyForm(), PasskeyForm()
    if not form.is_submitted():
        return _page(member, form)
    if seconds := login_rate_limit.throttle_reauthentication(current_session_id()):
        return _page(member, form, login_rate_limit.throttle_message(seconds), 429, wait=seconds)
    if passkey.answer.data:
        if _is_passkey_of(member, passkey, now=now):
            return _finish(now)
    else:
        try:
            is_right = form.validate() and check_password(member, form.password.data)
        except BulkheadFull as full:
            return _page(member, form, full.message, full.status, wait=full.retry_after)
        if is_right and not has_factor(member):
            return _finish(now)
        if is_right:
            mark_password_verified(member, now=now)
            return redirect(url_for(".second_factor", next=next_address()), 303)
    record_login_failure(member.email, via="again", now=now)
    return _page(member, form, _("We could not confirm your identity. Please try again."), 400)


@bp.route("/second-factor/", methods=["GET", "POST"])
@needs(None)
def second_factor() -> ResponseReturnValue:
    """After the password: an app code, a recovery code or a passkey."""
    member, now = current_staff(), utc_now()
    if find_pending_login(now=now) != member:
        return redirect(url_for(".reauthenticate", next=next_address()), 303)
    form, passkey = CodeForm(), PasskeyForm()
    if not form.is_submitted():
        return factor_page(member, form, again=True)
    shown = read_factor(member, form, passkey, now=now)
    if shown.via:
        return _finish(now)
    if shown.is_wrong:
        record_login_failure(member.email, via="again, second factor", now=now)
    return factor_page(member, form, shown.message, shown.status, wait=shown.wait, again=True)


def _finish(now: datetime) -> ResponseReturnValue:
    mark_reauthenticated(now=now)
    return redirect(next_address(), 303)


def _is_passkey_of(member: StaffMember, passkey: PasskeyForm, *, now: datetime) -> bool:
    """Whether the passkey is the member's and verified its user by fingerprint, face or PIN."""
    challenge, answer = read_challenge(passkey.asked.data), passkey.answer.data or ""
    if not challenge:
        return False
    return verify_passkey(answer, challenge, owner=member, alone=True, now=now) is not None


def _page(
    member: StaffMember, form: VerifyForm, message: str = "", status: int = 200, *, wait: int = 0
) -> Response:
    """With a button for passkeys that verify their user, since these are enough alone."""
    known = [passkey.credential_id for passkey in member.webauthn if passkey.usage == "first"]
    passkey = (
        passkey_values(authentication_challenge(known, is_passwordless=True)) if known else None
    )
    return prompt_page(
        "reauthenticate", status, wait=wait, form=form, message=message, passkey=passkey
    )
