"""A member's own second factors: authenticator app, passkeys, recovery codes."""

from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign_actions.core.db.session import utc_now
from campaign_actions.core.security.totp import one_time_codes
from campaign_actions.core.security.webauthn import registration_challenge, verify_registration
from campaign_actions.core.sharing.qr_code import qr_code
from campaign_actions.staff import profile
from campaign_actions.staff.authentication import mfa_enrolment
from campaign_actions.staff.authentication.mfa_enrolment import (
    add_app,
    ensure_passkey_handle,
    has_factor,
    make_recovery_codes,
    needs_factor,
    remove_app,
)
from campaign_actions.staff.forms import CodeForm, NewPasskeyForm, PasskeyNameForm
from campaign_actions.staff.models import Passkey
from campaign_actions.web.staff.access.authentication import (
    current_session_id,
    keep_current_session,
)
from campaign_actions.web.staff.access.authorization import current_staff, needs
from campaign_actions.web.staff.access.passkey_challenge import passkey_values, read_challenge
from campaign_actions.web.staff.responses import flash_and_redirect

bp = Blueprint("staff_account_factors", __name__, url_prefix="/staff/account")
NEW_APP_KEY = "new app"  # in the cookie: the secret of an app being set up


@bp.get("/second-factor/")
@needs(None, without_factor=True)
def choose_factor() -> ResponseReturnValue:
    """The choice of factors. Members who still need one see only this page."""
    member = current_staff()
    values = {"has_factor": has_factor(member), "needs_factor": needs_factor(member)}
    return render_template("staff/account/choose_factor.html", member=member, **values)


@bp.route("/authenticator/", methods=["GET", "POST"])
@needs(None, fresh=True, without_factor=True)
def authenticator() -> ResponseReturnValue:
    """Set up an authenticator app, which works once its first code was right."""
    member, codes, form = current_staff(), one_time_codes(), CodeForm()
    secret = session.get(NEW_APP_KEY)
    if not form.is_submitted() or secret is None:
        session[NEW_APP_KEY] = secret = codes.generate_totp_secret()
        return _app_page(secret, form)
    typed, now = "".join((form.code.data or "").split()), utc_now()
    match = codes.match(typed, secret, after=None, now=now) if form.validate() else None
    if match is None:
        form.code.errors = [
            _(
                "This code is incorrect. Check that your device shows the"
                " right time, then try again."
            )
        ]
        return _app_page(secret, form), 400
    is_first = add_app(member, match, now=now, keep_session=current_session_id())
    keep_current_session(member)
    session.pop(NEW_APP_KEY)
    flash(_("Authenticator app set up"))
    return _redirect_after(is_first)


@bp.route("/authenticator/remove/", methods=["GET", "POST"])
@needs(None, fresh=True)
def remove_authenticator() -> ResponseReturnValue:
    member = current_staff()
    if not member.tf_primary_method:
        abort(404)
    if request.method != "POST":
        return render_template(
            "staff/account/remove_factor.html",
            question=_("Remove your authenticator app?"),
            words=_(
                "You will no longer be able to log in with this app. You can set it up again later."
            ),
            button=_("Remove app"),
            keep=_("Keep app"),
        )
    remove_app(member, now=utc_now())
    message = _("Authenticator app removed")
    return flash_and_redirect(message, url_for("staff_account.show"))


@bp.route("/passkeys/new/", methods=["GET", "POST"])
@needs(None, fresh=True, without_factor=True)
def add_passkey() -> ResponseReturnValue:
    """Add a passkey of this device, a phone or a security key."""
    member, form, now = current_staff(), NewPasskeyForm(), utc_now()
    if not form.is_submitted():
        return _passkey_page(form)
    challenge = read_challenge(form.asked.data)
    made = verify_registration(form.answer.data or "", challenge) if challenge else None
    if not form.validate() or made is None:
        message = (
            _("Your browser did not create a passkey. Please try again.") if made is None else ""
        )
        return _passkey_page(form, message, status=400)
    is_first = mfa_enrolment.add_passkey(
        member,
        made,
        name=form.name.data,
        challenge=challenge,
        now=now,
        keep_session=current_session_id(),
    )
    keep_current_session(member)
    flash(_("Passkey added"))
    return _redirect_after(is_first)


@bp.route("/passkeys/<int:passkey_id>/rename/", methods=["GET", "POST"])
@needs(None)
def rename_passkey(passkey_id: int) -> ResponseReturnValue:
    passkey = _own_passkey_or_404(passkey_id)
    form = PasskeyNameForm(name=passkey.name)
    if form.is_submitted() and form.validate():
        profile.rename_passkey(current_staff(), passkey_id, name=form.name.data, now=utc_now())
        message = _("Passkey renamed")
        return flash_and_redirect(message, url_for("staff_account.show"))
    page = render_template("staff/account/rename_passkey.html", form=form, passkey=passkey)
    return page, 400 if form.is_submitted() else 200


@bp.route("/passkeys/<int:passkey_id>/remove/", methods=["GET", "POST"])
@needs(None, fresh=True)
def remove_passkey(passkey_id: int) -> ResponseReturnValue:
    member, passkey = current_staff(), _own_passkey_or_404(passkey_id)
    if request.method != "POST":
        return render_template(
            "staff/account/remove_factor.html",
            question=_("Remove the passkey “%(name)s”?", name=passkey.name),
            words=_(
                "You will no longer be able to log in with this passkey. You can add a"
                " new one later."
            ),
            button=_("Remove passkey"),
            keep=_("Keep passkey"),
        )
    mfa_enrolment.remove_passkey(member, passkey.id, now=utc_now())
    return flash_and_redirect(_("Passkey removed"), url_for("staff_account.show"))


@bp.route("/recovery-codes/", methods=["GET", "POST"])
@needs(None, fresh=True)
def recovery_codes() -> ResponseReturnValue:
    """Make new codes, which replace earlier ones and are shown only once."""
    member = current_staff()
    if not has_factor(member):
        return redirect(url_for(".choose_factor"), 303)
    codes = make_recovery_codes(member, now=utc_now()) if request.method == "POST" else []
    left = len(member.mf_recovery_codes or ())
    return render_template("staff/account/recovery_codes.html", codes=codes, left=left)


def _own_passkey_or_404(passkey_id: int) -> Passkey:
    own = (known for known in current_staff().webauthn if known.id == passkey_id)
    return next(own, None) or abort(404)


def _redirect_after(is_first: bool) -> ResponseReturnValue:
    """After the first second factor, continue to recovery codes."""
    return redirect(url_for(".recovery_codes" if is_first else "staff_account.show"), 303)


def _app_page(secret: str, form: CodeForm) -> str:
    member, codes = current_staff(), one_time_codes()
    return render_template(
        "staff/account/authenticator.html",
        form=form,
        picture=qr_code(codes.get_totp_uri(member.email, secret)),
        secret=codes.in_groups(secret),
        is_there=bool(member.tf_primary_method),
    )


def _passkey_page(
    form: NewPasskeyForm, message: str = "", *, status: int = 200
) -> ResponseReturnValue:
    member = current_staff()
    asked = registration_challenge(
        handle=ensure_passkey_handle(member),
        email=member.email,
        name=member.name,
        known=[passkey.credential_id for passkey in member.webauthn],
    )
    page = render_template(
        "staff/account/add_passkey.html", form=form, message=message, passkey=passkey_values(asked)
    )
    return page, status
