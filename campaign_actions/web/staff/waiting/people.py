"""Members whose invitation, second factor or roles want attention; and one's own recovery codes."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from campaign_actions.staff.attention import (
    blocked_members,
    expired_invitations,
    members_without_factor,
    solely_granted_members,
)
from campaign_actions.staff.dual_control import is_active_now
from campaign_actions.staff.models import StaffMember
from campaign_actions.web.staff.access.authorization import current_staff
from campaign_actions.web.staff.first_steps.situation import is_site_running
from campaign_actions.web.staff.waiting.item import WaitingItem, first_few


def people_waiting(now: datetime) -> Iterator[WaitingItem]:
    if found := expired_invitations(now):
        what = ngettext("Invitation expired", "Invitations expired", len(found))
        yield _line(found, what, _("Invite again"))
    if found := members_without_factor():
        what = ngettext("Person has no second factor", "People have no second factor", len(found))
        yield _line(found, what, _("See person") if len(found) == 1 else _("See staff"))
    if found := blocked_members(now):
        what = ngettext(
            "Person is locked out of codes", "People are locked out of codes", len(found)
        )
        yield _line(found, what, _("Allow codes again"))
    own = current_staff()
    if is_active_now() and (found := solely_granted_members(except_by=own.id)):
        what = ngettext("Member’s roles to confirm", "Members’ roles to confirm", len(found))
        yield _line(found, what, _("Confirm roles"))
    if not own.mf_recovery_codes and is_site_running(now):  # before, it is one of the first steps
        yield WaitingItem(
            1,
            _("Account without recovery codes"),
            [_("Recovery codes let you log in if you lose your second factor.")],
            _("Create recovery codes"),
            url_for("staff_account_factors.recovery_codes"),
        )


def _line(found: Sequence[StaffMember], what: str, button: str) -> WaitingItem:
    address = url_for("staff_people.index")
    if len(found) == 1:
        address = url_for("staff_people.show", staff_id=found[0].id)
    names = first_few(member.name or member.email for member in found)
    return WaitingItem(len(found), what, names, button, address)
