"""The form that switches something off or on."""

from flask_babel import lazy_gettext as _l

from campaign_actions.core.forms.base import StaffForm
from campaign_actions.core.forms.fields import Identifier, PlainText
from campaign_actions.switches.models import REASON_LENGTH

MAX_NAME_LENGTH = 200  # two slugs of 60 characters, what is between them, and the kind


class SwitchForm(StaffForm):
    """`switch`: its name; see names.py. `panel`: which form of the page it is, with that name or a kind."""

    switch = Identifier(
        max_length=MAX_NAME_LENGTH, required_message=_l("Choose what to switch off.")
    )
    panel = Identifier(max_length=MAX_NAME_LENGTH)
    reason = PlainText(
        _l("Reason"),
        max_length=REASON_LENGTH,
        required_message=_l("Enter a reason. Other staff members need to know it."),
    )
