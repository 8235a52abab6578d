"""The people who work here: invite them, give them roles, let them in or not."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign_actions.campaigns.texts import campaign_titles
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.i18n.locale import current_locale, known_locales, locales_current_first
from campaign_actions.staff import administration
from campaign_actions.staff.authentication import code_limit
from campaign_actions.staff.authentication.mfa_enrolment import has_factor, needs_factor
from campaign_actions.staff.forms import InviteForm, errors_in, read_grants, read_languages
from campaign_actions.staff.invitations import AlreadyHere, Invite, InviteAgain
from campaign_actions.staff.models import StaffMember
from campaign_actions.staff.permissions import (
    EVERYWHERE_ONLY,
    PERMISSIONS,
    ROLE_NAMES,
    ROLES,
    Grants,
)
from campaign_actions.staff.queries import (
    count_members,
    find_member_by_id,
    grants_of,
    languages_of,
    members,
    names_of,
    seen_at,
)
from campaign_actions.web.http.pagination import paginate
from campaign_actions.web.staff.access.authorization import needs
from campaign_actions.web.staff.approvals.ask import do_or_ask

bp = Blueprint("staff_people", __name__, url_prefix="/staff/people")
ON_A_PAGE = 50


@bp.get("/")
@needs("staff.manage")
def index() -> ResponseReturnValue:
    page = paginate(count_members(), size=ON_A_PAGE)
    found = members(**page.part)
    return render_template(
        "staff/people/index.html",
        members=found,
        page=page,
        seen=seen_at(member.id for member in found),
        role_names=ROLE_NAMES,
        titles=campaign_titles(locales_current_first()),
        has_factor=has_factor,
        givers=names_of(member.roles_given_by for member in found),
    )


@bp.route("/invite/", methods=["GET", "POST"])
@needs("staff.manage", fresh=True)
def add() -> ResponseReturnValue:
    form = InviteForm(locale=current_locale())
    titles = campaign_titles(locales_current_first())
    if not form.is_submitted():
        return _roles_page("invite", titles, {}, None, form=form)
    grants, languages = read_grants(request.form, frozenset(titles)), read_languages(request.form)
    errors = errors_in(grants, languages)
    if not form.validate() or errors:
        page = _roles_page("invite", titles, grants, languages, form=form, errors=errors)
        return page, 400
    invitation = Invite.of(form.email.data, grants, languages, locale=form.locale.data)
    try:
        return do_or_ask(invitation, lambda _approval: _invited())
    except AlreadyHere as error:
        form.email.errors = [str(error.message)]
        return _roles_page("invite", titles, grants, languages, form=form, errors={}), 400


@bp.route("/<int:staff_id>/", methods=["GET", "POST"])
@needs("staff.manage", fresh=True)
def show(staff_id: int) -> ResponseReturnValue:
    """A person: how they stand, their roles, and what can be done."""
    member, titles = _member_or_404(staff_id), campaign_titles(locales_current_first())
    if request.method != "POST":
        given = (grants_of(member), languages_of(member))
        return _roles_page("show", titles, *given, member=member)
    grants, languages = read_grants(request.form, frozenset(titles)), read_languages(request.form)
    if errors := errors_in(grants, languages):
        page = _roles_page("show", titles, grants, languages, member=member, errors=errors)
        return page, 400
    change = administration.ChangeRoles.of(staff_id, grants, languages)
    return do_or_ask(change, lambda _approval: _roles_changed())


@bp.route("/<int:staff_id>/disable/", methods=["GET", "POST"])
@needs("staff.manage", fresh=True)
def disable(staff_id: int) -> ResponseReturnValue:
    member = _member_or_404(staff_id)
    if request.method != "POST":
        return render_template("staff/people/disable.html", member=member)
    said, back = _("%(email)s cannot log in any more.", email=member.email), url_for(".index")
    return do_or_ask(administration.Disable(staff_id), lambda _approval: _done(said, back))


@bp.post("/<int:staff_id>/enable/")
@needs("staff.manage", fresh=True)
def enable(staff_id: int) -> ResponseReturnValue:
    member = _member_or_404(staff_id)
    said = _("%(email)s can log in again.", email=member.email)
    back = url_for(".show", staff_id=staff_id)
    return do_or_ask(administration.Enable(staff_id), lambda _approval: _done(said, back))


@bp.post("/<int:staff_id>/invite-again/")
@needs("staff.manage", fresh=True)
def again(staff_id: int) -> ResponseReturnValue:
    """A new link for somebody who has not joined; the former one is dead."""
    member = _member_or_404(staff_id)
    if member.password or not member.active:
        abort(404)
    said = _("A new invitation is on its way. The former link no longer works.")
    back = url_for(".show", staff_id=staff_id)
    return do_or_ask(InviteAgain(staff_id), lambda _approval: _done(said, back))


@bp.route("/<int:staff_id>/reset-second-factor/", methods=["GET", "POST"])
@needs("staff.manage", fresh=True)
def reset_factor(staff_id: int) -> ResponseReturnValue:
    member = _member_or_404(staff_id)
    if request.method != "POST":
        return render_template("staff/people/reset_factor.html", member=member)
    said = _("The second factor is removed. %(email)s sets up a new one.", email=member.email)
    back = url_for(".index")
    return do_or_ask(administration.ResetFactor(staff_id), lambda _approval: _done(said, back))


def _invited() -> ResponseReturnValue:
    said = _("The invitation is on its way. Its link works for seven days.")
    return _done(said, url_for(".index"))


def _roles_changed() -> ResponseReturnValue:
    said = _(
        "The roles are changed. All sessions of this person have ended, and a mail tells them."
    )
    return _done(said, url_for(".index"))


def _done(said: str, back: str) -> ResponseReturnValue:
    flash(said)
    return redirect(back, 303)


@bp.post("/<int:staff_id>/allow-codes/")
@needs("staff.manage", fresh=True)
def allow_codes(staff_id: int) -> ResponseReturnValue:
    """Codes of somebody's app can be tried again, though there were too many wrong ones."""
    member = _member_or_404(staff_id)
    said = _("%(email)s can type codes again.", email=member.email)
    back = url_for(".show", staff_id=staff_id)
    return do_or_ask(administration.AllowCodes(staff_id), lambda _approval: _done(said, back))


def _member_or_404(staff_id: int) -> StaffMember:
    return find_member_by_id(staff_id) or abort(404)


def _roles_page(
    name: str,
    titles: dict[int, str],
    grants: Grants,
    languages: frozenset[str] | None,
    *,
    form: InviteForm | None = None,
    member: StaffMember | None = None,
    errors: dict[str, str] | None = None,
) -> str:
    return render_template(
        f"staff/people/{name}.html",
        form=form,
        member=member,
        grants=grants,
        languages=languages,
        choosable=known_locales(),
        errors=errors or {},
        titles=titles,
        roles=ROLES,
        role_names=ROLE_NAMES,
        permissions=PERMISSIONS,
        everywhere_only=EVERYWHERE_ONLY,
        has_factor=has_factor,
        needs_factor=needs_factor,
        givers=names_of([member.roles_given_by] if member else []),
        blocked_until=member and code_limit.blocked_until(member.codes_blocked_until, utc_now()),
    )
