"""Form fields. Input is normalised without losing anything that was typed, or rejected with a message."""

from typing import Any

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_babel.speaklater import LazyString
from wtforms import BooleanField, EmailField, StringField, TextAreaField
from wtforms.form import BaseForm
from wtforms.validators import StopValidation

from campaign_actions.core.forms.input_text import (
    forbidden_characters,
    is_visible,
    normalize_identifier,
    normalize_text,
)
from campaign_actions.core.i18n.countries import country_codes
from campaign_actions.core.security.short_codes import read_code

TRUE_VALUES = {"y", "yes", "on", "true", "1"}
MAX_CODE_LENGTH = 40  # with whatever people type between the characters
MAX_EMAIL_LENGTH = 254  # RFC 5321 with its erratum


class SingleValue:
    """A field that takes one value and rejects several."""

    hint: LazyString | str = ""

    def pre_validate(self, form: BaseForm) -> None:
        if len(self.raw_data or ()) > 1:  # type: ignore[attr-defined]
            raise StopValidation(
                _(
                    "Something went wrong with this answer. Please check it and press the button again."
                )
            )


class PlainText(SingleValue, StringField):
    """Text of one line. It is normalised, but never truncated."""

    multiline = False

    def __init__(
        self,
        *args: Any,
        max_length: int,
        required_message: LazyString | None = None,
        hint: LazyString | str = "",
        **kwargs: Any,
    ) -> None:
        """`max_length`: characters. `required_message`: the error if it is empty; None: it is optional."""
        self.max_length, self.required_message, self.hint = max_length, required_message, hint
        super().__init__(*args, **kwargs)
        self.flags.maxlength = max_length
        self.flags.required = required_message is not None

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            self.data = normalize_text(valuelist[0])

    def pre_validate(self, form: BaseForm) -> None:
        super().pre_validate(form)
        text = self.data or ""
        if self.required_message is not None and not is_visible(text):
            raise StopValidation(self.required_message)
        if len(text) > self.max_length:
            raise StopValidation(
                ngettext(
                    "This must be %(num)d character or fewer.",
                    "This must be %(num)d characters or fewer.",
                    self.max_length,
                )
            )
        if forbidden_characters(text, multiline=self.multiline):
            raise StopValidation(
                _("This contains a hidden character. Delete the text and type it again.")
            )


class LongText(PlainText, TextAreaField):
    multiline = True


class Sentence(PlainText):
    """A sentence, in a field that grows with it. Line breaks become spaces."""

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            self.data = normalize_text(valuelist[0]).replace("\n", " ")


class Identifier(PlainText):
    """A value that is looked up or compared: a slug, a code, an address, a search."""

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            self.data = normalize_identifier(valuelist[0])


class EmailAddress(Identifier, EmailField):
    """An email address, with the capital letters that were typed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault(
            "required_message", _l("Enter your email address. We’ll email you a link to confirm.")
        )
        super().__init__(*args, max_length=MAX_EMAIL_LENGTH, **kwargs)

    def pre_validate(self, form: BaseForm) -> None:
        super().pre_validate(form)
        try:
            validate_email(self.data or "", check_deliverability=False, strict=True)
            if "=?" in (self.data or ""):  # an email header would decode it (RFC 2047)
                raise EmailNotValidError
        except EmailNotValidError:
            raise StopValidation(
                _("Enter an email address in the correct format, like name@example.org.")
            ) from None


class ShortCode(Identifier):
    """A code from an email, kept as typed. `meant` is the code, or "" if it cannot be one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        required_message = _l("Enter the code from our email. It has six characters.")
        super().__init__(
            *args, max_length=MAX_CODE_LENGTH, required_message=required_message, **kwargs
        )

    @property
    def meant(self) -> str:
        return read_code(self.data or "")

    def pre_validate(self, form: BaseForm) -> None:
        super().pre_validate(form)
        if not self.meant:
            raise StopValidation(self.required_message)


class Checkbox(SingleValue, BooleanField):
    """A checkbox, never ticked in advance."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = bool(valuelist) and valuelist[0].lower() in TRUE_VALUES

    def pre_validate(self, form: BaseForm) -> None:
        super().pre_validate(form)
        if self.raw_data and self.raw_data[0].lower() not in TRUE_VALUES:
            raise StopValidation(_("Tick this box or leave it empty."))


class Country(SingleValue, StringField):
    """A country by its ISO 3166-1 alpha-2 code; core/i18n/countries has the options."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.flags.required = True

    def pre_validate(self, form: BaseForm) -> None:
        super().pre_validate(form)
        if not self.data:
            raise StopValidation(_("Choose your country from the list."))
        if self.data not in country_codes():
            raise StopValidation(_("Choose a country from the list."))
