"""The forms of staff about signatures."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import StopValidation

from campaign_actions.actions.invalidating import Condition
from campaign_actions.actions.paging import EPOCH
from campaign_actions.actions.searching import Wanted
from campaign_actions.actions.staff_choices import (
    FORMAT_NAMES,
    HEARD,
    PURPOSES,
    REASONS,
    STATES,
    Choice,
    OfCountry,
    Source,
)
from campaign_actions.core.base_forms import StaffForm
from campaign_actions.core.emails import canonical
from campaign_actions.core.fields import EMAIL_LENGTH, PlainText, Tick
from campaign_actions.core.local_time import LocalTime

PURPOSE_LENGTH = 200


class SearchForm(StaffForm):
    """What the list of signatures is searched for."""

    q = PlainText(_l("Name or whole e-mail address"), most=EMAIL_LENGTH)
    status = Choice(_l("State"), choices=STATES)
    country = OfCountry(_l("Country"))
    source = Source(_l("Source"), most=40)
    since = LocalTime(_l("Signed from"), widened_to="earlier")
    until = LocalTime(_l("Signed before"), widened_to="later")

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
        least_message=_l("Choose how the person asked for it."),
    )


class ReasonForm(StaffForm):
    """Why one signature does not count."""

    reason = Choice(_l("Reason"), choices=REASONS, least_message=_l("Choose a reason."))


class ConditionForm(ReasonForm):
    """Which signatures do not count, and why."""

    since = LocalTime(_l("Signed from"), least_message=_l("Write from when on."))
    until = LocalTime(_l("Signed before"), least_message=_l("Write until when."))
    country = OfCountry(_l("Country"))
    source = Source(_l("Source"), most=40)

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

    def validate_until(self, field: LocalTime) -> None:
        if self.since.data and field.data and field.data <= self.since.data:
            raise StopValidation(_("The end must be after the beginning."))

    def given(self) -> dict[str, str]:
        """All that was typed, also which of two times is meant, to be sent once more."""
        which = {
            f"{time.name}_which": str(time.which) for time in (self.since, self.until) if time.twice
        }
        return _as_typed(self) | which


class EraseForm(StaffForm):
    """The address, typed: so nobody erases the wrong person by a slip."""

    email = PlainText(_l("The e-mail address of this person"), most=EMAIL_LENGTH)

    def is_of(self, email: str) -> bool:
        """Whether it was typed, in any spelling; else the field says so."""
        if "@" in (self.email.data or "") and canonical(self.email.data) == canonical(email):
            return True
        self.email.errors = [_("This is not the address under the signature.")]
        return False


class ExportForm(StaffForm):
    """What is exported, and what for."""

    format = Choice(_l("Format"), choices=FORMAT_NAMES, default="csv", least_message="")
    raw = Tick(_l("Cells as typed, without the guard against formulas"))
    bom = Tick(_l("With a mark at the beginning, so that Excel reads it as UTF-8"))
    purpose = Choice(
        _l("What is it for?"), choices=PURPOSES, least_message=_l("Choose what it is for.")
    )
    note = PlainText(_l("In a few words"), most=PURPOSE_LENGTH)

    def validate_note(self, field: PlainText) -> None:
        if self.purpose.data == "other" and not field.data:
            raise StopValidation(_("Write in a few words what it is for."))

    def facts(self) -> dict[str, Any]:
        """For the audit log."""
        return {name: self[name].data for name in ("format", "raw", "bom", "purpose", "note")}


def _as_typed(form: StaffForm) -> dict[str, str]:
    typed = {field.name: getattr(field, "typed", field.data) for field in form}
    return {name: text for name, text in typed.items() if text}
