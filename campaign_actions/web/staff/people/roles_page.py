"""The page on which a member’s roles are chosen: of a new member, or of one who is there."""

from flask import render_template

from campaign_actions.approvals.queries import approvers_of
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.i18n.locale import known_locales
from campaign_actions.core.mail.transports import reaches_people
from campaign_actions.staff.authentication import wrong_code_limit
from campaign_actions.staff.authentication.mfa_enrolment import has_factor, needs_factor
from campaign_actions.staff.change_roles import ChangeRoles
from campaign_actions.staff.dual_control import is_active_now
from campaign_actions.staff.emails import invitation_link
from campaign_actions.staff.forms import InviteForm
from campaign_actions.staff.models import StaffMember
from campaign_actions.staff.permissions import (
    APPROVER_PERMISSIONS,
    GLOBAL_PERMISSIONS,
    PERMISSIONS,
    ROLE_NAMES,
    ROLES,
    Grants,
)
from campaign_actions.staff.queries import (
    approver_rights,
    grants_of,
    languages_of,
    member_names,
)
from campaign_actions.web.staff.access.authorization import current_staff


def roles_page(
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
        everywhere_only=GLOBAL_PERMISSIONS,
        has_factor=has_factor,
        needs_factor=needs_factor,
        approver_permissions=APPROVER_PERMISSIONS,
        link=link_to_pass_on(member) if member else None,
        reaches_people=reaches_people(),
        givers=member_names([member.roles_given_by] if member else []),
        confirmers=_confirmers(member) if member else [],
        blocked_until=member
        and wrong_code_limit.current_block_end(member.codes_blocked_until, utc_now()),
    )


def _confirmers(member: StaffMember) -> list[str]:
    """The names of those who could confirm roles that one person assigned, if the reader asks them."""
    if member.roles_given_by is None:
        return []
    again = ChangeRoles.of(member.id, grants_of(member), languages_of(member))
    return [one.name or one.email for one in approvers_of(again, current_staff().id)]


def link_to_pass_on(member: StaffMember) -> str | None:
    """The link of an invitation, where emails reach nobody.

    Not where two people decided about it: anyone who has the link could join in the place of the second.
    """
    if reaches_people() or member.state != "invited":
        return None
    if is_active_now() and approver_rights(grants_of(member)):
        return None
    return invitation_link(member)
