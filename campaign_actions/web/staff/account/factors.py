"""One's own second factor: an authenticator app, passkeys, recovery codes."""

from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign_actions.core.db.session import utc_now
from campaign_actions.core.security.totp import one_time_codes, qr_code
from campaign_actions.core.security.webauthn import registration_challenge, verify_registration
from campaign_actions.staff.authentication.mfa_enrolment import (
    add_app,
    add_passkey,
    give_handle,
    has_factor,
    make_recovery_codes,
    needs_factor,
    remove_app,
    remove_passkey,
)
from campaign_actions.staff.forms import CodeForm, NewPasskeyForm, PasskeyNameForm
from campaign_actions.staff.models import Passkey
from campaign_actions.staff.profile import rename_passkey
from campaign_actions.web.staff.access.authentication import go_on, session_id
from campaign_actions.web.staff.access.authorization import current_staff, needs
from campaign_actions.web.staff.access.passkey_challenge import challenge_in, on_page

bp = Blueprint("staff_factors", __name__, url_prefix="/staff/account")
NEW_APP = "new app"  # what the session calls the secret of an app that is being set up


@bp.get("/second-factor/")
@needs(None, without_factor=True)
def choose() -> ResponseReturnValue:
    """What there is to choose from. Who needs a second factor and has none sees nothing but this."""
    member = current_staff()
    facts = {"has_factor": has_factor(member), "needs_factor": needs_factor(member)}
    return render_template("staff/account/factor.html", member=member, **facts)


@bp.route("/authenticator/", methods=["GET", "POST"])
@needs(None, fresh=True, without_factor=True)
def authenticator() -> ResponseReturnValue:
    """Set up an authenticator app: it counts once its first code was right."""
    member, codes, form = current_staff(), one_time_codes(), CodeForm()
    secret = session.get(NEW_APP)
    if not form.is_submitted() or secret is None:
        session[NEW_APP] = secret = codes.generate_totp_secret()
        return _app_page(secret, form)
    typed, now = "".join((form.code.data or "").split()), utc_now()
    match = codes.match(typed, secret, after=None, now=now) if form.validate() else None
    if match is None:
        form.code.errors = [_("This code does not fit. Is the clock of your device right?")]
        return _app_page(secret, form), 400
    is_first = add_app(member, match, now=now, but=session_id())
    go_on(member)
    session.pop(NEW_APP)
    flash(_("Your authenticator app is set up."))
    return _after(is_first)


@bp.route("/authenticator/remove/", methods=["GET", "POST"])
@needs(None, fresh=True)
def remove_authenticator() -> ResponseReturnValue:
    member = current_staff()
    if not member.tf_primary_method:
        abort(404)
    if request.method != "POST":
        return render_template(
            "staff/account/remove.html",
            question=_("Remove your authenticator app?"),
            words=_("You cannot log in with this app any more. You can set it up again."),
            button=_("Remove the app"),
        )
    remove_app(member, now=utc_now())
    flash(_("Your authenticator app is removed."))
    return redirect(url_for("staff_account.show"), 303)


@bp.route("/passkeys/new/", methods=["GET", "POST"])
@needs(None, fresh=True, without_factor=True)
def add() -> ResponseReturnValue:
    """Add a passkey: of this device, of a phone, or a security key."""
    member, form, now = current_staff(), NewPasskeyForm(), utc_now()
    if not form.is_submitted():
        return _passkey_page(form)
    challenge = challenge_in(form.asked.data)
    made = verify_registration(form.answer.data or "", challenge) if challenge else None
    if not form.validate() or made is None:
        message = _("Your browser made no passkey. Please try again.") if made is None else ""
        return _passkey_page(form, message, status=400)
    facts = {"name": form.name.data, "challenge": challenge, "but": session_id()}
    is_first = add_passkey(member, made, now=now, **facts)
    go_on(member)
    flash(_("Your passkey is added."))
    return _after(is_first)


@bp.route("/passkeys/<int:passkey_id>/rename/", methods=["GET", "POST"])
@needs(None)
def rename(passkey_id: int) -> ResponseReturnValue:
    passkey = _own_passkey_or_404(passkey_id)
    form = PasskeyNameForm(name=passkey.name)
    if form.is_submitted() and form.validate():
        rename_passkey(current_staff(), passkey_id, name=form.name.data, now=utc_now())
        flash(_("The passkey has its new name."))
        return redirect(url_for("staff_account.show"), 303)
    page = render_template("staff/account/rename.html", form=form, passkey=passkey)
    return page, 400 if form.is_submitted() else 200


@bp.route("/passkeys/<int:passkey_id>/remove/", methods=["GET", "POST"])
@needs(None, fresh=True)
def remove(passkey_id: int) -> ResponseReturnValue:
    member, passkey = current_staff(), _own_passkey_or_404(passkey_id)
    if request.method != "POST":
        return render_template(
            "staff/account/remove.html",
            question=_("Remove the passkey “%(name)s”?", name=passkey.name),
            words=_("You cannot log in with this passkey any more. You can set it up again."),
            button=_("Remove the passkey"),
        )
    remove_passkey(member, passkey.id, now=utc_now())
    flash(_("The passkey is removed."))
    return redirect(url_for("staff_account.show"), 303)


@bp.route("/recovery-codes/", methods=["GET", "POST"])
@needs(None, fresh=True)
def recovery_codes() -> ResponseReturnValue:
    """New codes, shown once, in the answer to the button; they replace the former ones."""
    member = current_staff()
    if not has_factor(member):
        return redirect(url_for(".choose"), 303)
    codes = make_recovery_codes(member, now=utc_now()) if request.method == "POST" else []
    left = len(member.mf_recovery_codes or ())
    return render_template("staff/account/recovery_codes.html", codes=codes, left=left)


def _own_passkey_or_404(passkey_id: int) -> Passkey:
    own = (known for known in current_staff().webauthn if known.id == passkey_id)
    return next(own, None) or abort(404)


def _after(is_first: bool) -> ResponseReturnValue:
    """On to the recovery codes when this was the first second factor."""
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
        handle=give_handle(member),
        email=member.email,
        name=member.name,
        known=[passkey.credential_id for passkey in member.webauthn],
    )
    page = render_template(
        "staff/account/passkey.html", form=form, message=message, passkey=on_page(asked)
    )
    return page, status
