"""Pages about staff members: inviting them, and changing their roles and access."""

from dataclasses import replace

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign_actions.approvals.request import OwnRequest
from campaign_actions.campaigns.texts import campaign_titles
from campaign_actions.core.i18n.list_format import join_list
from campaign_actions.core.i18n.locale import current_locale, locales_current_first
from campaign_actions.staff.authentication.mfa_enrolment import has_factor
from campaign_actions.staff.change_roles import ChangeOwnRoles, ChangeRoles
from campaign_actions.staff.dual_control import Approval, Operation
from campaign_actions.staff.forms import InviteForm, find_role_errors, read_grants, read_languages
from campaign_actions.staff.invitations import AlreadyMember, Invite, InviteAgain
from campaign_actions.staff.last_administrator import ADMINISTRATOR_ROLES, LastAdministrator
from campaign_actions.staff.manage_members import (
    AllowCodes,
    DisableMember,
    EnableMember,
    ResetSecondFactor,
)
from campaign_actions.staff.models import StaffMember
from campaign_actions.staff.permissions import (
    ROLE_NAMES,
    Grants,
)
from campaign_actions.staff.queries import (
    count_members,
    find_member,
    find_member_by_id,
    grants_of,
    languages_of,
    last_seen_times,
    member_names,
    members,
)
from campaign_actions.web.http.pagination import paginate
from campaign_actions.web.staff.access.authentication import (
    current_session_id,
    keep_current_session,
)
from campaign_actions.web.staff.access.authorization import current_staff, needs
from campaign_actions.web.staff.access.whom_to_ask import whom_to_ask
from campaign_actions.web.staff.approvals.ask import apply_or_request
from campaign_actions.web.staff.people.roles_page import link_to_pass_on, roles_page
from campaign_actions.web.staff.responses import flash_and_redirect

bp = Blueprint("staff_people", __name__, url_prefix="/staff/people")
PAGE_SIZE = 50


@bp.get("/")
@needs("staff.manage")
def index() -> ResponseReturnValue:
    page = paginate(count_members(), size=PAGE_SIZE)
    found = members(**page.part)
    return render_template(
        "staff/people/index.html",
        members=found,
        page=page,
        seen=last_seen_times(member.id for member in found),
        role_names=ROLE_NAMES,
        titles=campaign_titles(locales_current_first()),
        has_factor=has_factor,
        givers=member_names(member.roles_given_by for member in found),
    )


@bp.route("/invite/", methods=["GET", "POST"])
@needs("staff.manage", fresh=True)
def invite() -> ResponseReturnValue:
    form = InviteForm(locale=current_locale())
    titles = campaign_titles(locales_current_first())
    if not form.is_submitted():
        return roles_page("invite", titles, {}, None, form=form)
    if "same" in request.form:
        own = current_staff()
        return roles_page("invite", titles, grants_of(own), languages_of(own), form=form)
    grants, languages = read_grants(request.form, frozenset(titles)), read_languages(request.form)
    errors = find_role_errors(grants, languages)
    if not form.validate() or errors:
        page = roles_page("invite", titles, grants, languages, form=form, errors=errors)
        return page, 400
    operation = Invite.of(form.email.data, grants, languages, locale=form.locale.data)
    try:
        return apply_or_request(operation, lambda _approval: _invited(form.email.data))
    except AlreadyMember as error:
        form.email.errors = [str(error.message)]
        return roles_page("invite", titles, grants, languages, form=form, errors={}), 400


def _invited(email: str) -> ResponseReturnValue:
    """The list; or, if no email reaches the new member, their page with the link."""
    member = find_member(email)
    if member is None or link_to_pass_on(member) is None:
        message = _("The invitation is on its way. Its link works for seven days.")
        return flash_and_redirect(message, url_for(".index"), category="email")
    message = _("Invited. Emails reach nobody yet, so send them the link yourself.")
    return flash_and_redirect(message, url_for(".show", staff_id=member.id))


@bp.route("/<int:staff_id>/", methods=["GET", "POST"])
@needs("staff.manage", fresh=True)
def show(staff_id: int) -> ResponseReturnValue:
    """A member's state and roles; a POST changes the roles."""
    member, titles = _member_or_404(staff_id), campaign_titles(locales_current_first())
    if request.method != "POST":
        current = (grants_of(member), languages_of(member))
        return roles_page("show", titles, *current, member=member)
    grants, languages = read_grants(request.form, frozenset(titles)), read_languages(request.form)
    if errors := find_role_errors(grants, languages):
        page = roles_page("show", titles, grants, languages, member=member, errors=errors)
        return page, 400
    try:
        if member.id == current_staff().id:
            return _change_own_roles(grants, languages)
        message = _("Roles changed. All this person’s sessions have ended. We will email them.")
        return _apply(ChangeRoles.of(staff_id, grants, languages), message, url_for(".index"))
    except LastAdministrator as error:
        errors = dict.fromkeys(ADMINISTRATOR_ROLES, str(error.message))
        status = error.status
    except OwnRequest as error:
        errors, status = {"": _who_may_change_roles()}, error.status
    page = roles_page("show", titles, grants, languages, member=member, errors=errors)
    return page, status


def _change_own_roles(grants: Grants, languages: frozenset[str] | None) -> ResponseReturnValue:
    """Without logging out. Raises LastAdministrator, OwnRequest."""
    member = current_staff()
    operation = replace(
        ChangeOwnRoles.of(member.id, grants, languages), own_session=current_session_id()
    )

    def done(_approval: Approval) -> ResponseReturnValue:
        keep_current_session(find_member_by_id(member.id) or abort(404))
        message = _("Your roles have changed. All your other sessions have ended.")
        return flash_and_redirect(message, url_for("staff_account.show", _anchor="roles"))

    return apply_or_request(operation, done)


def _who_may_change_roles() -> str:
    """Why members cannot change these roles of their own, and who could."""
    others = whom_to_ask("staff.manage").able
    if not others:
        return str(_("Someone else has to approve this, and there is no other administrator yet."))
    return str(
        _(
            "Two people have to decide about roles that can approve requests, so you cannot change"
            " these of your own. Ask another administrator: %(names)s.",
            names=join_list(others),
        )
    )


@bp.route("/<int:staff_id>/disable/", methods=["GET", "POST"])
@needs("staff.manage", fresh=True)
def disable(staff_id: int) -> ResponseReturnValue:
    member = _member_or_404(staff_id)
    if request.method != "POST":
        return render_template("staff/people/disable.html", member=member, refusal="")
    message = _("%(email)s can no longer log in.", email=member.email)
    try:
        return _apply(DisableMember(staff_id), message, url_for(".index"))
    except LastAdministrator as error:
        page = render_template("staff/people/disable.html", member=member, refusal=error.message)
        return page, error.status


@bp.post("/<int:staff_id>/enable/")
@needs("staff.manage", fresh=True)
def enable(staff_id: int) -> ResponseReturnValue:
    member = _member_or_404(staff_id)
    message = _("%(email)s can log in again.", email=member.email)
    return _apply(EnableMember(staff_id), message, url_for(".show", staff_id=staff_id))


@bp.post("/<int:staff_id>/invite-again/")
@needs("staff.manage", fresh=True)
def invite_again(staff_id: int) -> ResponseReturnValue:
    """Send a new link to someone who has not joined; the former one stops working."""
    message = _("A new invitation is on its way. The earlier link no longer works.")
    address = url_for(".show", staff_id=staff_id)
    return _apply(InviteAgain(staff_id), message, address, category="email")


@bp.route("/<int:staff_id>/reset-second-factor/", methods=["GET", "POST"])
@needs("staff.manage", fresh=True)
def reset_second_factor(staff_id: int) -> ResponseReturnValue:
    member = _member_or_404(staff_id)
    if request.method != "POST":
        return render_template("staff/people/reset_second_factor.html", member=member)
    message = _("Second factor reset. %(email)s can now set up a new one.", email=member.email)
    return _apply(ResetSecondFactor(staff_id), message, url_for(".index"))


@bp.post("/<int:staff_id>/allow-codes/")
@needs("staff.manage", fresh=True)
def allow_codes(staff_id: int) -> ResponseReturnValue:
    """Accept codes of a member's authenticator app again after too many wrong ones."""
    member = _member_or_404(staff_id)
    message = _("%(email)s can use codes again.", email=member.email)
    return _apply(AllowCodes(staff_id), message, url_for(".show", staff_id=staff_id))


def _apply(
    operation: Operation, message: str, address: str, *, category: str = "message"
) -> ResponseReturnValue:
    return apply_or_request(
        operation, lambda _approval: flash_and_redirect(message, address, category=category)
    )


def _member_or_404(staff_id: int) -> StaffMember:
    return find_member_by_id(staff_id) or abort(404)
