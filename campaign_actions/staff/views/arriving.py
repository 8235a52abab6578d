"""Links in mails: an invitation to work here, and a new password."""

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security import hash_password

from campaign_actions.core.database import utc_now
from campaign_actions.core.i18n import current_locale
from campaign_actions.staff import guessing
from campaign_actions.staff.equipping import has_factor
from campaign_actions.staff.forms import AddressForm, JoinForm, NewPasswordForm
from campaign_actions.staff.inviting import accept, find_invited
from campaign_actions.staff.logging_in import log_in, log_in_half
from campaign_actions.staff.resetting import (
    LIFE,
    ask_for_reset,
    change_password,
    find_resetting,
)

bp = Blueprint("staff_arriving", __name__, url_prefix="/staff")


@bp.route("/invitation/<token>/", methods=["GET", "POST"])
def invitation(token: str) -> ResponseReturnValue:
    """Name, language and password of somebody new; then the second factor."""
    member = find_invited(token)
    form = JoinForm(own=(member.email,), locale=member.locale)
    if not form.is_submitted():
        return render_template("staff/invitation.html", form=form, member=member)
    if not form.validate():
        return render_template("staff/invitation.html", form=form, member=member), 400
    accept(
        member,
        name=form.name.data,
        locale=form.locale.data,
        password_hash=hash_password(form.new_password.data),
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
    if seconds := guessing.wait_to_ask_for_reset(email):
        message = guessing.in_words(seconds)
        page = make_response(render_template("staff/reset.html", form=form, message=message), 429)
        page.headers["Retry-After"] = str(seconds)
        return page
    ask_for_reset(email, locale=current_locale(), now=utc_now())
    return redirect(url_for(".asked"), 303)


@bp.get("/reset/asked/")
def asked() -> ResponseReturnValue:
    return render_template("staff/reset_asked.html", hours=int(LIFE.total_seconds()) // 3600)


@bp.route("/reset/<token>/", methods=["GET", "POST"])
def reset(token: str) -> ResponseReturnValue:
    """A new password, by a link from one's own mailbox; then the second factor.

    Mailbox and password count as the password: so nobody who uses up the tries at the log-in keeps a
    member out. A member without a second factor is logged in, as they would be at the log-in.
    """
    member = find_resetting(token)
    form = NewPasswordForm(own=(member.email, member.name))
    if not form.is_submitted():
        return render_template("staff/reset_to.html", form=form)
    if not form.validate():
        return render_template("staff/reset_to.html", form=form), 400
    change_password(member, hash_password(form.new_password.data), now=utc_now())
    if has_factor(member):
        log_in_half(member, now=utc_now())
        leads_to = "security.second_factor"
    else:
        log_in(member, via="reset")
        leads_to = "staff.home"
    flash(_("Your new password is set."))
    return redirect(url_for(leads_to), 303)
