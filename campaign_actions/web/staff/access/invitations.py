"""Pages for links in emails: accepting an invitation, and setting a new password."""

from time import perf_counter

from flask import (
    Blueprint,
    Response,
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
from campaign_actions.core.security.response_timing import round_up_response_time
from campaign_actions.staff.authentication import login_rate_limit, password_reset
from campaign_actions.staff.authentication.mfa_enrolment import has_factor
from campaign_actions.staff.authentication.password_reset import (
    LINK_LIFETIME,
    change_password,
    find_member_by_reset_token,
)
from campaign_actions.staff.forms import AddressForm, JoinForm, NewPasswordForm
from campaign_actions.staff.invitations import accept_invitation, find_member_by_invitation
from campaign_actions.web.staff.access.authentication import (
    hash_password,
    log_in,
    start_pending_login,
)
from campaign_actions.web.staff.access.device_cookie import find_known_device
from campaign_actions.web.staff.responses import flash_and_redirect, page_response

bp = Blueprint("staff_access_invitations", __name__, url_prefix="/staff")


@bp.route("/invitation/<token>/", methods=["GET", "POST"])
def invitation(token: str) -> ResponseReturnValue:
    """Set name, language and password; the second factor comes next."""
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
    return redirect(url_for("staff_account_factors.choose_factor"), 303)


@bp.route("/reset/", methods=["GET", "POST"])
def request_reset() -> ResponseReturnValue:
    """Ask for a reset link. The response is the same whether or not the address is known."""
    form = AddressForm()
    if not form.is_submitted():
        return _page("request_reset", form)
    if not form.validate():
        return _page("request_reset", form, status=400)
    started, email = perf_counter(), form.email.data.strip().lower()
    if seconds := login_rate_limit.throttle_reset_request(device=find_known_device(request, email)):
        message = login_rate_limit.throttle_message(seconds)
        return _page("request_reset", form, status=429, message=message, retry_after=seconds)
    password_reset.request_reset(email, locale=current_locale(), now=utc_now())
    round_up_response_time(started)
    return redirect(url_for(".reset_requested"), 303)


@bp.get("/reset/requested/")
def reset_requested() -> ResponseReturnValue:
    return render_template(
        "staff/access/reset_requested.html", hours=int(LINK_LIFETIME.total_seconds()) // 3600
    )


@bp.route("/reset/<token>/", methods=["GET", "POST"])
def reset_password(token: str) -> ResponseReturnValue:
    """Set a new password by an emailed link; the second factor comes next.

    Mailbox and new password count as the password step, so nobody can keep a member out by using up
    log-in attempts. A member without a second factor is logged in.
    """
    member = find_member_by_reset_token(token)
    form = NewPasswordForm(personal_texts=(member.email, member.name))
    if not form.is_submitted():
        return _page("reset_password", form)
    if not form.validate():
        return _page("reset_password", form, status=400)
    try:
        password_hash = hash_password(form.new_password.data)
    except BulkheadFull as full:
        return _busy("reset_password", form, full)
    change_password(member, password_hash, now=utc_now())
    if has_factor(member):
        start_pending_login(member, now=utc_now())
        endpoint = "security.second_factor"
    else:
        log_in(member, via="reset")
        endpoint = "staff_home.show"
    return flash_and_redirect(_("Password changed"), url_for(endpoint))


def _page(
    name: str,
    form: FlaskForm,
    *,
    status: int = 200,
    message: str = "",
    retry_after: int = 0,
    **values: object,
) -> Response:
    page = render_template(f"staff/access/{name}.html", form=form, message=message, **values)
    return page_response(page, status, retry_after=retry_after)


def _busy(name: str, form: FlaskForm, full: BulkheadFull, **values: object) -> Response:
    """The page again, with everything typed except the password."""
    return _page(
        name,
        form,
        status=full.status,
        message=full.message,
        retry_after=full.retry_after,
        **values,
    )
