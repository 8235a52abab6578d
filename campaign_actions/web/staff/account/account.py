"""A member's own account: name and language, password, sessions."""

from flask import Blueprint, abort, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext, refresh

from campaign_actions.campaigns.texts import campaign_titles
from campaign_actions.core.bulkhead import BulkheadFull
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.i18n.locale import locales_current_first
from campaign_actions.staff.authentication import login_rate_limit, sessions
from campaign_actions.staff.authentication.mfa_enrolment import needs_factor
from campaign_actions.staff.authentication.password_reset import change_password
from campaign_actions.staff.authentication.sessions import active_sessions
from campaign_actions.staff.forms import ChangePasswordForm, ProfileForm
from campaign_actions.staff.permissions import ROLE_NAMES
from campaign_actions.staff.profile import (
    set_wants_cluster_mail,
    set_wants_translation_mail,
    update_profile,
)
from campaign_actions.staff.queries import grants_of
from campaign_actions.web.staff.access.authentication import (
    check_password,
    current_session_id,
    hash_password,
    keep_current_session,
    session_limits,
)
from campaign_actions.web.staff.access.authorization import current_staff, needs, use_staff_locale
from campaign_actions.web.staff.responses import flash_and_redirect, page_response

bp = Blueprint("staff_account", __name__, url_prefix="/staff/account")


@bp.route("/", methods=["GET", "POST"])
@needs(None)
def show() -> ResponseReturnValue:
    """The account; a POST changes name, language and time zone."""
    member, now = current_staff(), utc_now()
    form = ProfileForm(name=member.name, locale=member.locale, timezone=member.timezone)
    is_wrong = form.is_submitted() and not form.validate()
    if form.is_submitted() and not is_wrong:
        update_profile(
            member,
            name=form.name.data,
            locale=form.locale.data,
            timezone=form.timezone.data or "",
            now=now,
        )
        use_staff_locale()
        refresh()  # the notice is read on a page in the new language
        return flash_and_redirect(_("Saved"), url_for(".show"))
    page = render_template(
        "staff/account/show.html",
        form=form,
        member=member,
        sessions=active_sessions(member.id, **session_limits(current_app.config), now=now),
        this_session=current_session_id(),
        codes_left=len(member.mf_recovery_codes or ()),
        needs_factor=needs_factor(member),
        roles=_own_roles(),
        role_names=ROLE_NAMES,
    )
    return page, 400 if is_wrong else 200


def _own_roles() -> dict[str, list[str]]:
    """The member's roles, each with the titles of its campaigns; an empty list for all."""
    grants = grants_of(current_staff())
    titles = campaign_titles(locales_current_first()) if any(grants.values()) else {}
    return {
        role: [titles[one] for one in sorted(campaigns or ()) if one in titles]
        for role, campaigns in grants.items()
    }


@bp.post("/translation-emails/")
@needs(None)
def translation_emails() -> ResponseReturnValue:
    """Whether the member gets an email when there are new texts to translate."""
    is_wanted = "wanted" in request.form
    set_wants_translation_mail(current_staff(), is_wanted, now=utc_now())
    return flash_and_redirect(_("Saved"), url_for(".show"))


@bp.post("/cluster-emails/")
@needs(None)
def cluster_emails() -> ResponseReturnValue:
    """Whether the member gets an email about new suspicious clusters."""
    is_wanted = "wanted" in request.form
    set_wants_cluster_mail(current_staff(), is_wanted, now=utc_now())
    return flash_and_redirect(_("Saved"), url_for(".show"))


@bp.route("/password/", methods=["GET", "POST"])
@needs(None, fresh=True)
def password() -> ResponseReturnValue:
    """Change the password and end all other sessions. This does not count as reauthentication."""
    member = current_staff()
    form = ChangePasswordForm(personal_texts=(member.email, member.name))
    if not form.is_submitted():
        return _password_page(form)
    if not form.validate():
        return _password_page(form, status=400)
    if seconds := login_rate_limit.throttle_reauthentication(current_session_id()):
        return _password_page(form, login_rate_limit.throttle_message(seconds), status=429)
    try:
        if not check_password(member, form.password.data):
            form.password.errors = [_("This is not your current password.")]
            return _password_page(form, status=400)
        password_hash = hash_password(form.new_password.data)
    except BulkheadFull as full:
        return _password_page(form, full.message, status=full.status, wait=full.retry_after)
    change_password(member, password_hash, now=utc_now(), keep_session=current_session_id())
    keep_current_session(member)
    message = _("Password changed. All your other sessions have ended.")
    return flash_and_redirect(message, url_for(".show"))


@bp.post("/sessions/<name>/end/")
@needs(None)
def end_session(name: str) -> ResponseReturnValue:
    """End one of the member's other sessions."""
    member = current_staff()
    if name == current_session_id() or not sessions.end_session(
        name, staff_id=member.id, event="session-revoked", actor=member.email, now=utc_now()
    ):
        abort(404)
    return flash_and_redirect(_("Session ended"), url_for(".show", _anchor="sessions"))


@bp.post("/sessions/end-others/")
@needs(None)
def end_other_sessions() -> ResponseReturnValue:
    member = current_staff()
    ended = sessions.end_other_sessions(
        member.id, keep_session=current_session_id(), actor=member.email, now=utc_now()
    )
    message = ngettext("%(num)d session ended", "%(num)d sessions ended", ended)
    return flash_and_redirect(message, url_for(".show", _anchor="sessions"))


def _password_page(
    form: ChangePasswordForm, message: str = "", *, status: int = 200, wait: int = 0
) -> ResponseReturnValue:
    page = render_template("staff/account/password.html", form=form, message=message)
    return page_response(page, status, retry_after=wait)
