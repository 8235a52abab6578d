"""The second language of texts that staff write side by side."""

from collections.abc import Collection

from flask import request

from campaign_actions.campaigns.save_form import NO_LANGUAGE, OpenedForm, opened_version
from campaign_actions.core.i18n.locale import current_locale
from campaign_actions.staff.profile import remember_second_language
from campaign_actions.web.staff.access.authorization import current_staff

SWITCH = "switch"  # the button that shows another second language, without saving


def is_switch() -> bool:
    return SWITCH in request.form


def switch_language(second: str) -> OpenedForm:
    """The form again with everything that was typed. Forms of the member open with it from now on."""
    remember_second_language(current_staff(), second)
    return OpenedForm(opened_version(request.form), is_unsaved=True)


def last_choice(own: Collection[str]) -> str:
    """The one that the member chose last, or else the language of their pages, if the texts have it.

    `own`: the languages of the texts. With less than two of them, any choice is offered for the second.
    """
    chosen, here = current_staff().second_locale or "", current_locale()
    if chosen and (len(own) < 2 or chosen in {*own, NO_LANGUAGE}):
        return chosen
    return here if here in own else ""


def columns_of(shown: list[str]) -> tuple[str, str]:
    """The languages side by side; the second may be NO_LANGUAGE."""
    first, *others = shown
    return first, others[0] if others else NO_LANGUAGE
