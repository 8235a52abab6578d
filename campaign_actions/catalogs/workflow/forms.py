"""The form for terms of the glossary."""

from flask_babel import lazy_gettext as _l

from campaign_actions.core.forms.base import StaffForm
from campaign_actions.core.forms.fields import LongText, PlainText


class TermForm(StaffForm):
    term = PlainText(
        _l("Word in the source"),
        max_length=120,
        required_message=_l("Write the word as the source has it."),
        hint=_l("In its shortest form, like “petition”: it is found with endings, too."),
    )
    translation = PlainText(
        _l("Translation"), max_length=200, required_message=_l("Write how this language calls it.")
    )
    note = LongText(_l("Note"), max_length=1000, hint=_l("When to use it, and when not."))
