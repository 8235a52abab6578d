"""The forms of staff about signatures."""

import re
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from wtforms import StringField
from wtforms.validators import StopValidation

from campaign_actions.actions.signatures.invalidation.invalidate import Condition
from campaign_actions.actions.signatures.keyset import EPOCH
from campaign_actions.actions.signatures.search import Wanted
from campaign_actions.core.forms.base import StaffForm
from campaign_actions.core.forms.datetime_field import LocalDateTime
from campaign_actions.core.forms.fields import (
    MAX_EMAIL_LENGTH,
    Checkbox,
    Identifier,
    PlainText,
    SingleValue,
)
from campaign_actions.core.i18n.countries import country_codes
from campaign_actions.core.security.email_address import canonical_email
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


class Choice(SingleValue, StringField):
    """One of `choices`, a value for each of its names."""

    def __init__(
        self, *args: Any, choices: Any, required_message: Any = None, **kwargs: Any
    ) -> None:
        self.choices, self.required_message = choices, required_message
        super().__init__(*args, **kwargs)
        self.flags.required = required_message is not None

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if not self.data:
            if self.required_message is not None:
                raise StopValidation(self.required_message)
        elif self.data not in self.choices:
            raise StopValidation(_("Choose one of the list."))


class Source(Identifier):
    """A source as addresses name it."""

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if self.data and not SOURCE.fullmatch(self.data):
            raise StopValidation(
                _("A source is written in small letters and figures, like leaflet-2.")
            )


class OfCountry(SingleValue, StringField):
    """A country, or none."""

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if self.data and self.data not in country_codes():
            raise StopValidation(_("Choose a country from the list: this one is not in it."))


assert set(FORMAT_NAMES) == set(FORMATS)


PURPOSE_LENGTH = 200


class SearchForm(StaffForm):
    """What the list of signatures is searched for."""

    q = Identifier(_l("Name or whole e-mail address"), max_length=MAX_EMAIL_LENGTH)
    status = Choice(_l("State"), choices=STATES)
    country = OfCountry(_l("Country"))
    source = Source(_l("Source"), max_length=40)
    since = LocalDateTime(_l("Signed from"), widened_to="earlier")
    until = LocalDateTime(_l("Signed before"), widened_to="later")

    def wanted(self) -> Wanted:
        words = self.q.data or ""
        return Wanted(
            email=words if "@" in words else "",
            name="" if "@" in words else words,
            status=self.status.data or "",
            country_code=self.country.data or "",
            source=self.source.data or "",
            since=self.since.data or EPOCH,
            until=self.until.data,
        )

    def given(self) -> dict[str, str]:
        """What was asked for, as it stands in addresses."""
        return _as_typed(self)

    def in_words(self) -> dict[str, str]:
        """The same for the audit log: that a person was searched for, and not which one."""
        said = self.given() | {
            field.name: field.data.isoformat() for field in (self.since, self.until) if field.data
        }
        if words := said.pop("q", ""):
            said["searched"] = "address" if "@" in words else "name"
        return said


class HeardForm(StaffForm):
    """How staff heard of a person's wish."""

    heard = Choice(
        _l("How did the person ask for it?"),
        choices=HEARD,
        required_message=_l("Choose how the person asked for it."),
    )


class ReasonForm(StaffForm):
    """Why one signature does not count."""

    reason = Choice(_l("Reason"), choices=REASONS, required_message=_l("Choose a reason."))


class ConditionForm(ReasonForm):
    """Which signatures do not count, and why."""

    since = LocalDateTime(_l("Signed from"), required_message=_l("Write from when on."))
    until = LocalDateTime(_l("Signed before"), required_message=_l("Write until when."))
    country = OfCountry(_l("Country"))
    source = Source(_l("Source"), max_length=40)

    def condition(self, action_id: int) -> Condition:
        assert self.since.data
        assert self.until.data
        return Condition(
            action_id,
            self.since.data,
            self.until.data,
            self.country.data or "",
            self.source.data or "",
        )

    def validate_until(self, field: LocalDateTime) -> None:
        if self.since.data and field.data and field.data <= self.since.data:
            raise StopValidation(_("The end must be after the beginning."))

    def given(self) -> dict[str, str]:
        """All that was typed, also which of two times is meant, to be sent once more."""
        which = {
            f"{time.name}_which": str(time.which)
            for time in (self.since, self.until)
            if time.instants
        }
        return _as_typed(self) | which


class EraseForm(StaffForm):
    """The address, typed: so nobody erases the wrong person by a slip."""

    email = Identifier(_l("The e-mail address of this person"), max_length=MAX_EMAIL_LENGTH)

    def is_of(self, email: str) -> bool:
        """Whether it was typed, in any spelling; else the field says so."""
        if "@" in (self.email.data or "") and canonical_email(self.email.data) == canonical_email(
            email
        ):
            return True
        self.email.errors = [_("This is not the address under the signature.")]
        return False


class ExportForm(StaffForm):
    """What is exported, and what for."""

    format = Choice(_l("Format"), choices=FORMAT_NAMES, default="csv", required_message="")
    raw = Checkbox(_l("Cells as typed, without the guard against formulas"))
    bom = Checkbox(_l("With a mark at the beginning, so that Excel reads it as UTF-8"))
    purpose = Choice(
        _l("What is it for?"), choices=PURPOSES, required_message=_l("Choose what it is for.")
    )
    note = PlainText(_l("In a few words"), max_length=PURPOSE_LENGTH)

    def validate_note(self, field: PlainText) -> None:
        if self.purpose.data == "other" and not field.data:
            raise StopValidation(_("Write in a few words what it is for."))

    def facts(self) -> dict[str, Any]:
        """For the audit log."""
        return {name: self[name].data for name in ("format", "raw", "bom", "purpose", "note")}


def _as_typed(form: StaffForm) -> dict[str, str]:
    typed = {field.name: getattr(field, "typed", field.data) for field in form}
    return {name: text for name, text in typed.items() if text}
