"""The fields of forms: what is typed is kept as typed, or refused in words."""

from typing import Any

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import BooleanField, EmailField, StringField, TextAreaField
from wtforms.validators import StopValidation

from campaign_actions.core.forms.input_text import bare, forbidden_characters, is_visible, tidy
from campaign_actions.core.i18n.countries import country_codes

TICKED = {"y", "yes", "on", "true", "1"}
EMAIL_LENGTH = 254  # RFC 5321, with the erratum: the longest address a mail can go to


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


class Identifier(PlainText):
    """What is looked up or compared, and no wording: a slug, a code, an address, a search."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        if valuelist:
            self.data = bare(valuelist[0])


class Address(Identifier, EmailField):
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


class Tick(OneValue, BooleanField):
    """A box, never ticked by us."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = bool(valuelist) and valuelist[0].lower() in TICKED

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if self.raw_data and self.raw_data[0].lower() not in TICKED:
            raise StopValidation(_("This box can only be ticked or left empty."))


class Country(OneValue, StringField):
    """A country by its ISO 3166-1 alpha-2 code; its options are in core/i18n/countries."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.flags.required = True

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if not self.data:
            raise StopValidation(_("Choose your country from the list."))
        if self.data not in country_codes():
            raise StopValidation(_("Choose a country from the list: this one is not in it."))
