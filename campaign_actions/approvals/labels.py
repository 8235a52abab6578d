"""Requests in words: their titles in lists, their states, and what to think of before deciding."""

import json
from collections.abc import Callable, Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from campaign_actions.approvals.models import ApprovalRequest
from campaign_actions.core.i18n.list_format import label_value
from campaign_actions.staff.dual_control import Operation
from campaign_actions.updates.guarded_send import SendUpdate

TITLES: Mapping[str, Callable[[str], str]] = {
    "invite": lambda subject: _("Invite %(email)s", email=subject),
    "invite-again": lambda subject: _("Invite %(email)s again", email=subject),
    "change-roles": lambda subject: _("Change the roles of %(email)s", email=subject),
    "enable-member": lambda subject: _("Enable %(email)s again", email=subject),
    "disable-member": lambda subject: _("Disable %(email)s", email=subject),
    "reset-second-factor": lambda subject: _("Reset the second factor of %(email)s", email=subject),
    "allow-codes": lambda subject: label_value(_("Allow codes again"), subject),
    "dual-control": lambda _subject: _("Change the two-person approval setting"),
    "export": lambda subject: _("Export the participants of %(action)s", action=subject),
    "erase-batch": lambda subject: _(
        "Delete an invalid batch of %(action)s for good", action=subject
    ),
    "reveal-more": lambda subject: _("Let %(email)s see more email addresses", email=subject),
    "send-update": lambda subject: _send_title(subject),
}
# The tasks that may need two people, by kinds of operations.
GUARDED_TASKS: Mapping[tuple[str, ...], LazyString] = {
    ("change-roles",): _l(
        "Assigning or removing a role that can approve requests: Administrator or Exporter"
    ),
    ("invite", "invite-again", "enable-member"): _l(
        "Inviting someone to one of these roles, inviting them again, or enabling their account again"
    ),
    ("disable-member",): _l("Disabling an account"),
    ("reset-second-factor",): _l("Resetting a second factor"),
    ("allow-codes",): _l("Allowing codes again after too many wrong ones"),
    ("export",): _l("Exporting participants with email addresses"),
    ("erase-batch",): _l("Deleting invalid participations for good"),
    ("reveal-more",): _l("Showing or deleting the addresses of many people one by one"),
    ("send-update",): _l("Sending an update, if the box above is ticked"),
    ("dual-control",): _l("Changing this setting"),
}
STATES = {
    # Translators: of a request for approval
    "pending": _l("Pending"),
    # Translators: of a request for approval
    "approved": _l("Approved"),
    # Translators: of a request for approval
    "done": _l("Approved and completed"),
    # Translators: of a request for approval
    "declined": _l("Declined"),
    # Translators: of a request for approval
    "cancelled": _l("Cancelled"),
    # Translators: of a request for approval
    "expired": _l("Expired"),
}
WARNINGS = {
    "invite": _l(
        "People with these roles can approve requests. Make sure that you know this person."
    ),
    "invite-again": _l(
        "People with these roles can approve requests. Make sure that you know this person."
    ),
    "change-roles": _l("This assigns, confirms or removes roles that can approve requests."),
    "enable-member": _l(
        "People with these roles can approve requests. Make sure that you know this person."
    ),
    "disable-member": _l("All their sessions will end, and they will not be able to log in."),
    "reset-second-factor": _l(
        "Do this only if you know that they have lost their phone or security key. Anyone"
        " who knows their password or can read their email could set up the new second"
        " factor."
    ),
    "allow-codes": _l(
        "Do this only if you are sure that they entered the wrong codes themselves."
        " Otherwise, someone else could keep guessing."
    ),
    "dual-control": _l(
        "If two people are not needed, one person alone can export or delete everything."
    ),
    "export": _l(
        "The file contains names and email addresses."
        " Only the person who asked can download it, for 24 hours."
    ),
    "erase-batch": _l("This cannot be undone."),
    "reveal-more": _l("Make sure that you know why they need so many addresses, one by one."),
    "send-update": _l(
        "Emails cannot be recalled once sent. Read the text in every language first."
    ),
}


def request_title(request: ApprovalRequest) -> str:
    """One line that says what a request is for."""
    fields = json.loads(request.payload) if request.kind == SendUpdate.kind else {}
    return _with_title(TITLES[request.kind](request.subject), fields.get("title", ""))


def operation_title(operation: Operation) -> str:
    title = operation.title if isinstance(operation, SendUpdate) else ""
    return _with_title(TITLES[operation.kind](operation.subject()), title)


def _with_title(words: str, title: str) -> str:
    return f"{words} · {title}" if title else words


def _send_title(subject: str) -> str:
    """`subject`: a campaign, or campaign/action."""
    is_action = "/" in subject
    title: str = (
        _("Send an update of %(action)s", action=subject)
        if is_action
        else _("Send an update of the campaign %(campaign)s", campaign=subject)
    )
    return title
