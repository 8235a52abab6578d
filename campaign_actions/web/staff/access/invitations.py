"""Links in mails: an invitation to work here, and a new password."""

from typing import Any

from flask import (
    Blueprint,
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from campaign_actions.core.bulkhead import BulkheadFull
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.i18n.locale import current_locale
from campaign_actions.staff.authentication import login_throttle
from campaign_actions.staff.authentication.mfa_enrolment import has_factor
from campaign_actions.staff.authentication.password_reset import (
    LINK_LIFETIME,
    change_password,
    find_member_by_reset_token,
    request_reset,
)
from campaign_actions.staff.forms import AddressForm, JoinForm, NewPasswordForm
from campaign_actions.staff.invitations import accept_invitation, find_member_by_invitation
from campaign_actions.web.staff.access.authentication import (
    hash_password,
    log_in,
    start_pending_login,
)
from campaign_actions.web.staff.access.device_cookie import find_known_device

bp = Blueprint("staff_arriving", __name__, url_prefix="/staff")


@bp.route("/invitation/<token>/", methods=["GET", "POST"])
def invitation(token: str) -> ResponseReturnValue:
    """Name, language and password of somebody new; then the second factor."""
    member = find_member_by_invitation(token)
    form = JoinForm(personal_texts=(member.email,), locale=member.locale)
    if not form.is_submitted():
        return _page("invitation", form, member=member)
    if not form.validate():
        return _page("invitation", form, member=member, status=400)
    try:
        password_hash = hash_password(form.new_password.data)
    except BulkheadFull as full:
        return _busy("invitation", form, full, member=member)
    accept_invitation(
        member,
        name=form.name.data,
        locale=form.locale.data,
        password_hash=password_hash,
        now=utc_now(),
    )
    log_in(member, via="invitation")
    return redirect(url_for("staff_factors.choose"), 303)


@bp.route("/reset/", methods=["GET", "POST"])
def ask() -> ResponseReturnValue:
    """Ask for a link; the answer is the same whether anybody has the address or not."""
    form = AddressForm()
    if not form.is_submitted():
        return render_template("staff/reset.html", form=form, message="")
    if not form.validate():
        return render_template("staff/reset.html", form=form, message=""), 400
    email = form.email.data.strip().lower()
    if seconds := login_throttle.throttle_reset_request(device=find_known_device(request, email)):
        message = login_throttle.throttle_message(seconds)
        page = make_response(render_template("staff/reset.html", form=form, message=message), 429)
        page.headers["Retry-After"] = str(seconds)
        return page
    request_reset(email, locale=current_locale(), now=utc_now())
    return redirect(url_for(".asked"), 303)


@bp.get("/reset/asked/")
def asked() -> ResponseReturnValue:
    return render_template(
        "staff/reset_asked.html", hours=int(LINK_LIFETIME.total_seconds()) // 3600
    )


@bp.route("/reset/<token>/", methods=["GET", "POST"])
def reset(token: str) -> ResponseReturnValue:
    """A new password, by a link from one's own mailbox; then the second factor.

    Mailbox and password count as the password: so nobody who uses up the tries at the log-in keeps a
    member out. A member without a second factor is logged in, as they would be at the log-in.
    """
    member = find_member_by_reset_token(token)
    form = NewPasswordForm(personal_texts=(member.email, member.name))
    if not form.is_submitted():
        return _page("reset_to", form)
    if not form.validate():
        return _page("reset_to", form, status=400)
    try:
        password_hash = hash_password(form.new_password.data)
    except BulkheadFull as full:
        return _busy("reset_to", form, full)
    change_password(member, password_hash, now=utc_now())
    if has_factor(member):
        start_pending_login(member, now=utc_now())
        leads_to = "security.second_factor"
    else:
        log_in(member, via="reset")
        leads_to = "staff.home"
    flash(_("Your new password is set."))
    return redirect(url_for(leads_to), 303)


def _page(
    name: str, form: FlaskForm, *, status: int = 200, message: str = "", **values: Any
) -> Response:
    page = render_template(f"staff/{name}.html", form=form, message=message, **values)
    return make_response(page, status)


def _busy(name: str, form: FlaskForm, full: BulkheadFull, **values: Any) -> Response:
    """The same page again, with what was typed apart from the password."""
    page = _page(name, form, status=full.status, message=full.message, **values)
    page.headers["Retry-After"] = str(full.retry_after)
    return page
