"""What staff choose from in forms about signatures, in words, and the fields for it."""

import re
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from wtforms import StringField
from wtforms.validators import StopValidation

from campaign_actions.core.countries import country_codes
from campaign_actions.core.fields import OneValue, PlainText
from campaign_actions.exports import FORMATS

SOURCE = re.compile(r"[a-z0-9._-]{1,40}")
STATES = {
    # Translators: of one signature
    "pending": _l("Waiting"),
    # Translators: of one signature
    "confirmed": _l("Confirmed"),
    # Translators: of one signature
    "withdrawn": _l("Withdrawn"),
    # Translators: of one signature
    "invalid": _l("Invalid"),
}
STATE_NAMES = STATES | {
    # Translators: of one signature: marked invalid by staff, then withdrawn by the person
    "suppressed": _l("Invalid, withdrawn"),
    "erased": _l("Erased"),
}
COMMENT_STATES = {
    "waiting": lazy_pgettext("comments", "Waiting"),
    "shown": lazy_pgettext("comments", "Shown"),
    "hidden": lazy_pgettext("comments", "Hidden"),
}
CHANNEL_NAMES = {  # by which a signature came
    "page": lazy_pgettext("how a signature came", "the page"),
    "command": lazy_pgettext("how a signature came", "a command"),
    "embed": lazy_pgettext("how a signature came", "a form on another site"),
    "api": lazy_pgettext("how a signature came", "another program"),
    "paper": lazy_pgettext("how a signature came", "paper"),
}
HEARD = {
    "mail": _l("by e-mail"),
    "phone": _l("by telephone"),
    "letter": _l("by letter"),
    "in-person": _l("in person"),
    "representative": _l("by somebody who acts for them"),
}
REASONS = {
    "script": _l("Sent by a program"),
    "not-real": _l("Not a real person"),
    "twice": _l("The same person with another address"),
    "not-theirs": _l("Signed by somebody else in their name"),
    "test": _l("A test"),
}
PURPOSES = {
    "handover": _l("Handing over to whom the action is addressed"),
    "partner": _l("Handing to a partner of the campaign"),
    "checking": _l("Checking the signatures"),
    "person": _l("A person asked for their data"),
    "other": _l("Something else"),
}
FORMAT_NAMES = {
    "csv": _l("CSV, for every program"),
    "xlsx": _l("XLSX, for spreadsheets"),
    "jsonl": _l("JSONL, for programs: as typed"),
}


class Choice(OneValue, StringField):
    """One of `choices`, a value for each of its names."""

    def __init__(self, *args: Any, choices: Any, least_message: Any = None, **kwargs: Any) -> None:
        self.choices, self.least_message = choices, least_message
        super().__init__(*args, **kwargs)
        self.flags.required = least_message is not None

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if not self.data:
            if self.least_message is not None:
                raise StopValidation(self.least_message)
        elif self.data not in self.choices:
            raise StopValidation(_("Choose one of the list."))


class Source(PlainText):
    """A source as addresses name it."""

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if self.data and not SOURCE.fullmatch(self.data):
            raise StopValidation(
                _("A source is written in small letters and figures, like leaflet-2.")
            )


class OfCountry(OneValue, StringField):
    """A country, or none."""

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if self.data and self.data not in country_codes():
            raise StopValidation(_("Choose a country from the list: this one is not in it."))


assert set(FORMAT_NAMES) == set(FORMATS)
