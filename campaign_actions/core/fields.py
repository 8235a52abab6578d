"""Forms and their fields: what is typed is kept as typed, or refused in words."""

from datetime import datetime
from typing import Any

from email_validator import EmailNotValidError, validate_email
from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, Field, StringField, TextAreaField
from wtforms.validators import StopValidation, ValidationError

from campaign_actions.core.countries import country_codes
from campaign_actions.core.form_token import FormToken
from campaign_actions.core.text import forbidden_characters, is_visible, tidy
from campaign_actions.core.zones import NoSuchTime, TwoSuchTimes, local_input, to_utc

TICKED = {"y", "yes", "on", "true", "1"}
EMAIL_LENGTH = 254  # RFC 5321, with the erratum: the longest address a mail can go to


class PublicForm(FlaskForm):
    """A form that anyone may send, with no cookie."""

    class Meta(FlaskForm.Meta):
        csrf = False

    def validate(self, extra_validators: Any = None) -> bool:
        is_valid = bool(super().validate(extra_validators))
        if self._strangers():
            self.form_errors.append(
                _(
                    "More was sent than this page asks for. Nothing you wrote is lost: please press again."
                )
            )
        return is_valid and not self.form_errors

    def errors_of_the_whole(self) -> list[str]:
        """What is wrong with the form as a whole, not with one field that people see."""
        return list(self.form_errors)

    def _strangers(self) -> set[str]:
        """Names that were sent and that no field of this form has; files, which none takes."""
        known = {name for name, _field in self._unbound_fields} | {"csrf_token"}
        hidden = {name for name in request.form if not isinstance(self._fields.get(name), OneValue)}
        repeated = {name for name in hidden if len(request.form.getlist(name)) > 1}
        return (set(request.form) - known) | set(request.files) | repeated


class StaffForm(FlaskForm):
    """A form below /staff/: the token of each post there is checked before any view begins."""

    class Meta(FlaskForm.Meta):
        csrf = False

    def errors_of_the_whole(self) -> list[str]:
        return list(self.form_errors)


class GuardedForm(PublicForm):
    """A public form that needs no secret link: it carries a dated token, and a trap for programs."""

    class Meta(PublicForm.Meta):
        csrf = True
        csrf_class = FormToken

    website = StringField(_l("Leave this field empty"))  # people do not see it, programs fill it in

    def validate_website(self, field: Field) -> None:
        if field.data:
            field.data = ""
            raise ValidationError(
                _(
                    "A field that people do not see was filled in, perhaps by a program. Please press again."
                )
            )

    def errors_of_the_whole(self) -> list[str]:
        guards = [self[name] for name in ("csrf_token", "website") if name in self]
        return [*super().errors_of_the_whole(), *(e for guard in guards for e in guard.errors)]


class OneValue:
    """A field that takes one value and says so when it gets more."""

    hint: Any = ""

    def pre_validate(self, form: Any) -> None:
        if len(self.raw_data or ()) > 1:  # type: ignore[attr-defined]
            raise StopValidation(_("This was sent twice. Please check it and press again."))


class PlainText(OneValue, StringField):
    """Text of one line, or of several: tidied, never squeezed, never cut."""

    multiline = False

    def __init__(
        self, *args: Any, most: int, least_message: Any = None, hint: Any = "", **kwargs: Any
    ) -> None:
        """`most`: characters. `least_message`: what is said when it is empty; None: it may be."""
        self.most, self.least_message, self.hint = most, least_message, hint
        super().__init__(*args, **kwargs)
        self.flags.maxlength = most
        self.flags.required = least_message is not None

    def process_formdata(self, valuelist: list[Any]) -> None:
        if valuelist:
            self.data = tidy(valuelist[0])

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        text = self.data or ""
        if self.least_message is not None and not is_visible(text):
            raise StopValidation(self.least_message)
        if len(text) > self.most:
            raise StopValidation(
                ngettext(
                    "This is too long: at most %(num)d character fits.",
                    "This is too long: at most %(num)d characters fit.",
                    self.most,
                )
            )
        if forbidden_characters(text, multiline=self.multiline):
            raise StopValidation(
                _("There is an invisible control character in this. Please type it again by hand.")
            )


class LongText(PlainText, TextAreaField):
    multiline = True


class Address(PlainText, EmailField):
    """An e-mail address, kept as it was typed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault(
            "least_message", _l("Write your e-mail address: we send one mail to confirm.")
        )
        super().__init__(*args, most=EMAIL_LENGTH, **kwargs)

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        try:
            validate_email(self.data or "", check_deliverability=False, strict=True)
            if "=?" in (self.data or ""):  # would be decoded in a mail's header: RFC 2047
                raise EmailNotValidError
        except EmailNotValidError:
            raise StopValidation(
                _("Write the whole address, like name@example.org: with an @ and no spaces.")
            ) from None


class LocalTime(OneValue, StringField):
    """A day and a time on the organisation's clocks; its data is the instant, or None.

    A time that clocks skip is refused. One that comes twice is asked about: then `twice` holds
    both instants, and a second field, `<name>_which`, says which one is meant.
    """

    twice: tuple[datetime, datetime] | None = None

    def __init__(self, *args: Any, hint: Any = "", **kwargs: Any) -> None:
        self.hint = hint
        super().__init__(*args, **kwargs)

    def process_data(self, value: Any) -> None:
        self.data = value
        self.typed = local_input(value)

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.typed, self.data = (valuelist[0].strip() if valuelist else ""), None

    @property
    def which(self) -> int | None:
        return {"0": 0, "1": 1}.get(request.form.get(f"{self.name}_which", ""))

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if not self.typed:
            return
        try:
            local = datetime.fromisoformat(self.typed)
            if local.tzinfo or not 2000 <= local.year < 2200:
                raise ValueError
        except ValueError:
            raise StopValidation(_("Write a day and a time, like 2026-12-03T09:00.")) from None
        self.data = self._instant(local)

    def _instant(self, local: datetime) -> datetime:
        try:
            return to_utc(local)
        except NoSuchTime as error:
            raise StopValidation(
                _(
                    "On this day clocks are put forward over this time, so it does not come."
                    " Choose %(first)s or later.",
                    first=error.first.strftime("%H:%M"),
                )
            ) from None
        except TwoSuchTimes as error:
            self.twice = (error.earlier, error.later)
            if self.which is None:
                raise StopValidation(
                    _("On this day clocks are put back, and this time comes twice. Say which one.")
                ) from None
            return self.twice[self.which]


class Tick(OneValue, BooleanField):
    """A box, never ticked by us."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = bool(valuelist) and valuelist[0].lower() in TICKED

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if self.raw_data and self.raw_data[0].lower() not in TICKED:
            raise StopValidation(_("This box can only be ticked or left empty."))


class Country(OneValue, StringField):
    """A country by its ISO 3166-1 alpha-2 code; its options are in core/countries."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.flags.required = True

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if not self.data:
            raise StopValidation(_("Choose your country from the list."))
        if self.data not in country_codes():
            raise StopValidation(_("Choose a country from the list: this one is not in it."))
