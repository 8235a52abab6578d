"""Forms about when a campaign opens and ends, and what it achieved."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, StringField
from wtforms.validators import ValidationError

from campaign_actions.core.forms.datetime_field import LocalDateTime
from campaign_actions.core.forms.fields import Checkbox, LongText

RESULT_LENGTH = 20_000


class Numbers(Field):
    """The ids that were ticked; what is no number is none."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = [int(text) for text in valuelist if text.isascii() and text.isdecimal()]


class WithTime(FlaskForm):
    """One of some ways, among them now, or at an instant that is to come.

    `seen`: the instant that stood on the page.
    """

    when = StringField(_l("When to open"))
    at = LocalDateTime(_l("Day and time"))
    seen = HiddenField()

    ways: ClassVar[dict[str, Any]]
    now: datetime  # given before it is validated

    def validate_when(self, field: StringField) -> None:
        if field.data not in self.ways:
            raise ValidationError(_("Choose one of these."))

    def validate_at(self, field: LocalDateTime) -> None:
        if self.when.data != "at":
            return
        if field.data is None:
            raise ValidationError(_("Write the day and the time."))
        if field.data <= self.now:
            raise ValidationError(_("This time has passed. Choose a later one."))

    def instant(self) -> datetime | None:
        """The one that was chosen; None: neither now nor at a time."""
        return {"now": self.now, "at": self.at.data}.get(self.when.data or "")

    def propose(self, at: datetime | None, now: datetime) -> None:
        """Before anybody has chosen: the instant that there is, if it is to come, or now."""
        self.when.data = "at" if at and at > now else "now"
        self.at.process_data(at if self.when.data == "at" else None)

    def renew(self, seen: datetime | None) -> None:
        """Before it is shown: carry the instant that stands on the page now."""
        self.seen.data = write_instant(seen)


class PublishForm(WithTime):
    actions = Numbers(_l("Actions that open with the campaign"))

    ways: ClassVar[dict[str, Any]] = {"now": _l("Now"), "at": _l("At a time")}


class OpenForm(WithTime):
    ways: ClassVar[dict[str, Any]] = {
        "now": _l("With its campaign, or now"),
        "at": _l("At a later time"),
        "not": lazy_pgettext("when an action opens", "Not yet"),
    }


class CloseForm(WithTime):
    when = StringField(_l("When does the action end?"))

    ways: ClassVar[dict[str, Any]] = {
        "now": _l("Now"),
        "at": _l("At a time"),
        "never": _l("Not by itself: the action is open until you close it"),
    }

    def propose(self, at: datetime | None, now: datetime) -> None:
        """Of what has ended nothing: its end would move, unless somebody looked."""
        super().propose(at, now)
        if at and at <= now:
            self.when.data = ""


class ArchiveForm(FlaskForm):
    """The result in each language; made by `archive_form()`."""

    no_result = Checkbox(_l("There is no result yet"))
    locales: Sequence[str] = ()  # that are public: all are needed, or none

    def result_in(self, locale: str) -> Any:
        return self[f"result_{locale}"]

    def results(self) -> dict[str, str] | None:
        if self.no_result.data:
            return None
        return {locale: self.result_in(locale).data or "" for locale in self.locales}

    def validate(self, extra_validators: Any = None) -> bool:
        is_valid = bool(super().validate(extra_validators))
        if self.no_result.data:
            return is_valid
        for locale in self.locales:
            field = self.result_in(locale)
            if not (field.data or "").strip():
                field.errors = [
                    *field.errors,
                    _("Write what came of it, or tick that there is no result yet."),
                ]
                is_valid = False
        return is_valid


def archive_form(locales: Sequence[str]) -> type[ArchiveForm]:
    """A form with a text for each language."""
    texts = {f"result_{locale}": LongText(max_length=RESULT_LENGTH) for locale in locales}
    return type("ArchiveFormOfLanguages", (ArchiveForm,), {**texts, "locales": tuple(locales)})


def write_instant(instant: datetime | None) -> str:
    return instant.isoformat() if instant else ""
