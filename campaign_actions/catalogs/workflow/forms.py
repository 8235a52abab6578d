"""The forms for terms of the glossary and for sending a consent text back."""

from flask_babel import lazy_gettext as _l

from campaign_actions.catalogs.models import NOTE_LENGTH
from campaign_actions.core.forms.base import StaffForm
from campaign_actions.core.forms.fields import LongText, PlainText


class TermForm(StaffForm):
    term = PlainText(
        _l("Source term"),
        max_length=120,
        required_message=_l("Enter the term as it appears in the source text."),
        hint=_l(
            "Enter the shortest form, such as “petition”. Longer forms, such as"
            " “petitions”, are found as well."
        ),
    )
    translation = PlainText(
        _l("Translation"), max_length=200, required_message=_l("Enter the translation.")
    )
    note = LongText(
        _l("Note"), max_length=1000, hint=_l("When to use this translation, and when not to.")
    )


class SendBackForm(StaffForm):
    note = LongText(
        _l("Note"),
        max_length=NOTE_LENGTH,
        required_message=_l("Say what the author should change."),
        hint=_l("The author will see this note. It is recorded in the audit log."),
    )
