"""Forms for when a campaign opens and ends, and for its result."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, ClassVar

from flask_babel import LazyString, lazy_pgettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, StringField
from wtforms.form import BaseForm
from wtforms.validators import StopValidation, ValidationError

from campaign_actions.campaigns.forms import Markdown
from campaign_actions.core.forms.datetime_field import LocalDateTime
from campaign_actions.core.forms.fields import Checkbox
from campaign_actions.core.i18n.locale import language_here
from campaign_actions.core.i18n.timezones import datetime_here

MAX_RESULT_LENGTH = 20_000
NO_RESULT_LABEL = _l("The result is not known yet")


class IdList(Field):
    """The ids of ticked boxes; anything that is not a number is ignored."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = [int(text) for text in valuelist if text.isascii() and text.isdecimal()]


class ChosenTime(LocalDateTime):
    """The time of a form whose choice `when` is “at”. Under any other choice it has no data and no errors.

    Pages hide it then, so nobody could see what is wrong with it.
    """

    def pre_validate(self, form: BaseForm) -> None:
        if form["when"].data != "at":
            self.data, self.instants = None, None
            self.errors: list[str] = []
            raise StopValidation
        super().pre_validate(form)


class ScheduleForm(FlaskForm):
    """A choice of when: now, at a later time, or what a subclass adds.

    `seen` is the time that the page showed, so that a change by someone else is noticed.
    """

    when = StringField(_l("When should it open?"))
    at = ChosenTime(_l("Date and time"))
    seen = HiddenField()

    choices: ClassVar[dict[str, LazyString]]
    max_ahead: ClassVar = timedelta(days=3653)  # ten years; anything later is a mistyped year
    now: datetime  # set before validation

    def validate_when(self, field: StringField) -> None:
        if field.data not in self.choices:
            raise ValidationError(_("Choose an option."))

    def validate_at(self, field: ChosenTime) -> None:
        if field.data is None:
            raise ValidationError(_("Enter a date and time."))
        if field.data <= self.now:
            raise ValidationError(_("This time has passed. Choose a later one."))
        if field.data > self.now + self.max_ahead:
            raise ValidationError(self.too_far_words())

    def too_far_words(self) -> str:
        return str(_("This is more than ten years away. Check the year."))

    def chosen_time(self) -> datetime | None:
        """None if the choice is neither now nor a time."""
        return {"now": self.now, "at": self.at.data}.get(self.when.data or "")

    def prefill(self, at: datetime | None, now: datetime) -> None:
        """Choose the present time if it lies ahead, otherwise now."""
        self.when.data = "at" if at and at > now else "now"
        self.at.process_data(at if self.when.data == "at" else None)

    def remember(self, seen: datetime | None) -> None:
        """Carry the time that the page shows."""
        self.seen.data = format_instant(seen)


class PublishForm(ScheduleForm):
    actions = IdList(_l("Actions that open with the campaign"))

    choices: ClassVar[dict[str, LazyString]] = {"now": _l("Now"), "at": _l("At a later time")}


class OpenForm(ScheduleForm):
    closes_at: datetime | None = None  # of the action; set before validation
    campaign_opens_at: datetime | None = None  # set before validation

    choices: ClassVar[dict[str, LazyString]] = {
        "now": _l("With the campaign"),
        "at": _l("At a later time"),
        "not": lazy_pgettext("when an action opens", "Not yet"),
    }

    def validate_at(self, field: ChosenTime) -> None:
        """An end that has passed leaves no earlier time: the checks ask for another end."""
        super().validate_at(field)
        ends_at, first = self.closes_at, self.campaign_opens_at
        if first and field.data and field.data < first:
            moment = datetime_here(first)
            raise ValidationError(
                _("The campaign opens on %(moment)s. Choose a later time.", moment=moment)
            )
        if ends_at and field.data and self.now < ends_at <= field.data:
            moment = datetime_here(ends_at)
            raise ValidationError(
                _("It closes on %(moment)s. Choose an earlier time.", moment=moment)
            )


class OpenInPublicForm(OpenForm):
    """The same in a campaign that is public already."""

    choices: ClassVar[dict[str, LazyString]] = {**OpenForm.choices, "now": _l("Now")}


class CloseForm(ScheduleForm):
    """For an action that is closed or has not opened: it cannot close now."""

    when = StringField(_l("When should the action close?"))

    choices: ClassVar[dict[str, LazyString]] = {
        "never": _l("No closing time: the action stays open until you close it"),
        "at": _l("At a later time"),
    }

    def prefill(self, at: datetime | None, now: datetime) -> None:
        """Choose what is set; once the action has ended, that it reopens with no closing time."""
        super().prefill(at, now)
        if self.when.data == "now":
            self.when.data = "never"


class CloseOpenForm(CloseForm):
    """The same for an open action."""

    choices: ClassVar[dict[str, LazyString]] = {**CloseForm.choices, "now": _l("Now")}


class ChangesForm(ScheduleForm):
    """When drafts are published, also those of pages that are closed or archived."""

    when = StringField(_l("When should the changes be public?"))
    seen = None  # the page sends the drafts that it showed

    choices: ClassVar[dict[str, LazyString]] = {"now": _l("Now"), "at": _l("At a later time")}

    @property
    def is_later(self) -> bool:
        return bool(self.when.data == "at")

    def validate_when(self, field: StringField) -> None:
        field.data = field.data or "now"
        super().validate_when(field)


class ArchiveForm(FlaskForm):
    """The result in each language, or that it follows later. `make_archive_form()` adds the fields."""

    no_result = Checkbox(NO_RESULT_LABEL)
    earlier: Mapping[str, str] = MappingProxyType({})  # by language; set before validation
    locales: Sequence[str] = ()  # the public ones

    def result_in(self, locale: str) -> Field:
        return self[f"result_{locale}"]

    def later_in(self, locale: str) -> Field:
        return self[f"later_{locale}"]

    def results(self) -> dict[str, str] | None:
        """By language; empty where it follows later. None: it is not known in any."""
        if self.no_result.data:
            return None
        return {locale: self.result_in(locale).data or "" for locale in self.locales}

    def later(self) -> list[str]:
        """The languages in which it follows later."""
        return [locale for locale in self.locales if self.later_in(locale).data]

    def refuse(self, problems: Mapping[str, Sequence[str]]) -> None:
        """Show at each text, by language, what must be fixed in it."""
        for locale, messages in problems.items():
            field = self.result_in(locale)
            field.errors = [*field.errors, *messages]

    def validate(self, extra_validators: Any = None) -> bool:
        is_valid = bool(super().validate(extra_validators))
        if self.no_result.data:
            return self._check_unwritten() and is_valid
        is_any_written = any(map(self._is_written, self.locales))
        for locale in self.locales:
            if message := self._problem_in(locale, is_any_written):
                self.refuse({locale: [message]})
                is_valid = False
        return is_valid

    def _problem_in(self, locale: str, is_any_written: bool) -> str:
        is_later = self.later_in(locale).data
        if self._is_written(locale):
            words = _("There is a result here. Clear the tick below it, or delete the text.")
            return words if is_later else ""
        if is_later and is_any_written:
            return ""
        may_follow = not is_later and len(self.locales) > 1
        later = _("%(language)s will follow later", language=language_here(locale))
        box = NO_RESULT_LABEL
        words = str(_("Describe the result, or tick “%(box)s”.", box=later if may_follow else box))
        if is_any_written or not may_follow:
            return words
        return " ".join((words, _("If it is not known in any language, tick “%(box)s”.", box=box)))

    def _check_unwritten(self) -> bool:
        """Whether nothing was typed beside the tick, so that no text is lost."""
        if not any(map(self._is_typed, self.locales)):
            return True
        self.no_result.errors = [
            _("There is a result in the texts above. Clear this tick, or delete the texts.")
        ]
        return False

    def _is_written(self, locale: str) -> bool:
        return bool((self.result_in(locale).data or "").strip())

    def _is_typed(self, locale: str) -> bool:
        text = " ".join((self.result_in(locale).data or "").split())
        return text not in ("", " ".join(self.earlier.get(locale, "").split()))


def make_archive_form(locales: Sequence[str]) -> type[ArchiveForm]:
    """The class of a form with one text for each language, and a box to leave it for later."""
    texts = {f"result_{locale}": Markdown(max_length=MAX_RESULT_LENGTH) for locale in locales}
    boxes = {f"later_{locale}": Checkbox() for locale in locales}
    fields = {**texts, **boxes, "locales": tuple(locales)}
    return type("ArchiveFormOfLanguages", (ArchiveForm,), fields)


def format_instant(at: datetime | None) -> str:
    return at.isoformat() if at else ""
