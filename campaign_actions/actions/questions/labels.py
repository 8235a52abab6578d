"""Questions in words for staff: types, recipients and times."""

from collections.abc import Mapping

from flask_babel import LazyString, lazy_pgettext, ngettext, npgettext, pgettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from campaign_actions.actions.models import QUESTION_KEY
from campaign_actions.actions.questions.asked import (
    BIRTH_YEAR,
    CHOICE,
    ORGANISATION,
    PHONE,
    POSTCODE,
    TEXT,
    TYPES,
)

TYPE_LABELS: Mapping[str, LazyString] = {
    TEXT: lazy_pgettext("type of question", "Text"),
    CHOICE: lazy_pgettext("type of question", "Choice"),
    POSTCODE: lazy_pgettext("type of question", "Postcode"),
    PHONE: lazy_pgettext("type of question", "Telephone number"),
    BIRTH_YEAR: lazy_pgettext("type of question", "Year of birth"),
    ORGANISATION: lazy_pgettext("type of question", "Organisation"),
}
assert tuple(TYPE_LABELS) == TYPES
# The answers that each type takes.
TYPE_HINTS: Mapping[str, LazyString] = {
    TEXT: _l("In people’s own words, up to 1,000 characters."),
    CHOICE: _l("One of the answers that you list, up to ten."),
    POSTCODE: _l("Checked against the format of the country."),
    PHONE: _l("From any country. The addressee never gets it."),
    BIRTH_YEAR: _l("You can set a minimum age for taking part."),
    ORGANISATION: _l("The name of a group, a company or a school."),
}
# The recipients of answers, for staff.
RECIPIENT_LABELS: Mapping[str, LazyString] = {
    "team": lazy_pgettext("who gets answers", "Only our team"),
    "handover": lazy_pgettext("who gets answers", "Our team and the addressee"),
    "crm": lazy_pgettext("who gets answers", "Our team and the program that sends updates"),
}
IDLE_MIN_AGE = _l(
    "People of any age can take part if they leave this question empty, because an answer is optional."
    " Make an answer required, or empty the minimum age."
)
CONTACT_DATA = _l(
    "This sounds like a question about contact data, which the addressee never gets. Choose other recipients,"
    " or confirm that people do not enter any."
)


def recipients_for(kind: str, question_type: str) -> list[str]:
    """Those whom a question of this type can be for."""
    is_handed_over = kind == "petition" and question_type != PHONE  # pledges are not handed over
    return [one for one in RECIPIENT_LABELS if one != "handover" or is_handed_over]


def keep_days_in_words(days: int) -> str:
    if not days:
        return str(_("As long as the rest of the data"))
    return str(
        ngettext("For %(num)d day after taking part", "For %(num)d days after taking part", days)
    )


def kept_in_words(days: int) -> str:
    """The same beside other settings."""
    if not days:
        return str(pgettext("answers", "kept as long as the rest of the data"))
    return str(npgettext("answers", "kept for %(num)d day", "kept for %(num)d days", days))


def format_setting(name: str, value: object) -> str | None:
    """The value of a setting in words; None if it needs none."""
    if name == "type":
        return str(TYPE_LABELS.get(str(value), value))
    if name == "purpose":
        return str(RECIPIENT_LABELS.get(str(value), value))
    if name == "keep_days" and isinstance(value, int):
        return keep_days_in_words(value)
    if name == "choice_order":
        return ", ".join(_choice_label(one) for one in str(value).split()) or None
    return None


def _choice_label(choice: str) -> str:
    return str(_("Answer %(number)s", number=choice.removeprefix("choice_")))


def question_label(key: str, text: str = "") -> str:
    """The start of the label of a question’s field."""
    if text:
        # Translators: of one of several questions, by its text, as in “Question “Why do you sign?”: Help”
        return str(_("Question “%(text)s”", text=text))
    if not QUESTION_KEY.fullmatch(key):
        return key
    # Translators: of one of several questions, by its key, as in “Question qk3f7qa: Help”
    return str(_("Question %(key)s", key=key))
