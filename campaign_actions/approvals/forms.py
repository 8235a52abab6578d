"""Forms for asking for approval, deciding, and setting when two people are needed."""

from flask_babel import lazy_gettext as _l

from campaign_actions.actions.signatures.staff_forms import ChoiceField
from campaign_actions.approvals.models import REASON_LENGTH
from campaign_actions.core.forms.base import StaffForm
from campaign_actions.core.forms.fields import Checkbox, LongText

MODES = {
    "auto": _l("Once three staff members have joined"),
    "on": _l("Always"),
    "off": _l("Never"),
}


class ReasonForm(StaffForm):
    """The reason for a request. The field name is unique, since it is sent along with any other form."""

    approval_reason = LongText(
        _l("Why is this needed?"),
        max_length=REASON_LENGTH,
        required_message=_l("Say why this is needed. The person who approves it needs to know."),
        hint=_l(
            "Your reason is recorded in the audit log. Do not include the names of"
            " people who took part."
        ),
    )


class DecideForm(StaffForm):
    note = LongText(
        _l("Note"),
        max_length=REASON_LENGTH,
        hint=_l("The person who asked will see this note. It is recorded in the audit log."),
    )


class ModeForm(StaffForm):
    mode = ChoiceField(
        _l("When are two people needed?"),
        choices=MODES,
        required_message=_l("Choose an option."),
    )
    for_updates = Checkbox(_l("Also when an update is sent to people who took part"))
