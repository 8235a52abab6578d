"""Fields for answers of a certain kind: one of several, a postcode, a telephone number, a year of birth.

They keep the typed text, and to_store() gives postcodes and telephone numbers in one form. A form that was
open before a question existed gets a message that says so.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from flask_babel import gettext as _
from wtforms import StringField
from wtforms.form import BaseForm
from wtforms.validators import StopValidation

from campaign_actions.core.db.session import utc_now
from campaign_actions.core.forms.fields import LongText, PlainText, SingleValue
from campaign_actions.core.forms.postcodes import (
    example_postcode,
    has_postcodes,
    is_postcode,
    written_postcode,
)
from campaign_actions.core.forms.telephone_numbers import digits_of, e164_number, example_number
from campaign_actions.core.i18n.bidi import END, LTR
from campaign_actions.core.i18n.formatting import number

MAX_SHORT_LENGTH, MAX_LONG_LENGTH = 200, 1000  # characters
MAX_AGE = 120  # years
PHONE_DIGITS = range(5, 16)  # ITU-T E.164 has at most 15
NO_BREAK_SPACE = "\u00a0"
SAMPLE_NUMBER = "123 456 789"  # of no country
PHONE_SIGNS = {*" ()-./+\u00a0\u2009\u202f\u2010\u2011\u2013"}


class Answer:
    """An answer that may be needed."""

    autocomplete: ClassVar[str | None] = None
    input_attributes: ClassVar[Mapping[str, str]] = {}
    is_needed: bool = False
    accepted: str | None = None  # an earlier answer, which passes unchanged

    def accept(self, answer: str | None) -> None:
        """Of someone who answered before, or was not asked: then the question is optional."""
        self.accepted = answer
        self.is_needed = self.is_needed and bool(answer)
        self.flags.required = self.is_needed  # type: ignore[attr-defined]

    def to_store(self, form: BaseForm) -> str | None:
        """The answer as it is stored: one that was accepted before is unchanged."""
        given: str | None = self.data  # type: ignore[attr-defined]
        return given if not given or given == self.accepted else self.in_one_form(given, form)

    def in_one_form(self, given: str, form: BaseForm) -> str:
        """The same for everyone who gives this answer, however they type it."""
        return given

    def refuse_missing(self) -> None:
        """Raises StopValidation."""
        name = self.label.text  # type: ignore[attr-defined]
        if not self.raw_data:  # type: ignore[attr-defined]
            raise StopValidation(
                _(
                    "We have added this question since you opened the page. Please answer it: %(question)s",
                    question=name,
                )
            )
        raise StopValidation(_("Please answer this question: %(question)s", question=name))


class TextAnswer(Answer, PlainText):
    """A text of one line."""

    def __init__(self, *args: Any, is_needed: bool = False, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", MAX_SHORT_LENGTH)
        super().__init__(*args, **kwargs)
        self.is_needed = self.flags.required = is_needed

    def pre_validate(self, form: BaseForm) -> None:
        if self.is_needed and not (self.data or "").strip():
            self.refuse_missing()
        super().pre_validate(form)
        if self.data and self.data != self.accepted:
            self.check(form)

    def check(self, form: BaseForm) -> None:
        """Raises StopValidation for a text that cannot be such an answer."""


class LongAnswer(TextAnswer, LongText):
    """A text of several lines."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, max_length=MAX_LONG_LENGTH, **kwargs)


class OrganisationAnswer(TextAnswer):
    autocomplete = "organization"


class PostcodeAnswer(TextAnswer):
    """A postcode of one country, or of that in the field `country` of the form."""

    autocomplete = "postal-code"
    input_attributes: ClassVar[Mapping[str, str]] = {
        "autocapitalize": "characters",
        "spellcheck": "false",
    }

    def __init__(self, *args: Any, country: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country = country

    def pre_validate(self, form: BaseForm) -> None:
        country = self.country or country_in(form)
        if country and not has_postcodes(country):
            self.is_needed = self.flags.required = False
        super().pre_validate(form)

    def check(self, form: BaseForm) -> None:
        country = self.country or country_in(form)
        if is_postcode(self.data or "", country):
            return
        if example := example_postcode(country):
            raise StopValidation(
                _("Enter a postcode in the correct format, like %(example)s.", example=example)
            )
        raise StopValidation(
            _("Enter your postcode, or leave the field empty if your country has no postcodes.")
        )

    def in_one_form(self, given: str, form: BaseForm) -> str:
        return written_postcode(given, self.country or country_in(form))


class PhoneAnswer(TextAnswer):
    """A telephone number as people write it, with or without the code of a country."""

    autocomplete = "tel"
    input_attributes: ClassVar[Mapping[str, str]] = {
        "type": "tel",
        "inputmode": "tel",
        "dir": "ltr",
    }

    def check(self, form: BaseForm) -> None:
        text = self.data or ""
        others = {sign for sign in text if not digits_of(sign)} - PHONE_SIGNS
        if others or len(digits_of(text)) not in PHONE_DIGITS or "+" in text[1:]:
            raise StopValidation(_wrong_number(country_in(form)))

    def in_one_form(self, given: str, form: BaseForm) -> str:
        return e164_number(given, country_in(form))


class YearAnswer(TextAnswer):
    """A year of birth of someone who is old enough by the end of this year."""

    autocomplete = "bday-year"
    input_attributes: ClassVar[Mapping[str, str]] = {"inputmode": "numeric", "dir": "ltr"}

    def __init__(self, *args: Any, min_age: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, max_length=10, **kwargs)
        self.min_age = min_age

    def process_formdata(self, valuelist: list[str]) -> None:
        """Digits of any script become those of ASCII."""
        super().process_formdata(valuelist)
        signs = [unicodedata.decimal(sign, None) for sign in self.data or ""]
        if signs and None not in signs:
            self.data = "".join(map(str, signs))

    def check(self, form: BaseForm) -> None:
        text, this_year = self.data or "", utc_now().year
        year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else 0
        if not this_year - MAX_AGE <= year <= this_year:
            raise StopValidation(_("Enter the year as four numbers, like 1985."))
        if year > this_year - self.min_age:
            thanks = _("Thank you for your interest. We have not stored anything.")
            raise StopValidation(f"{min_age_in_words(self.min_age)} {thanks}")


class ChoiceAnswer(Answer, SingleValue, StringField):
    """One of several, by its key. `former`: those that are not offered any longer."""

    data: str | None

    def __init__(
        self,
        *args: Any,
        options: Iterable[tuple[str, str]],
        former: Iterable[tuple[str, str]] = (),
        is_needed: bool = False,
        hint: Any = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.options, self.former, self.hint = tuple(options), tuple(former), hint
        self.is_needed = self.flags.required = is_needed

    def accept(self, answer: str | None) -> None:
        super().accept(answer)
        self.options += tuple(one for one in self.former if one[0] == answer)

    def pre_validate(self, form: BaseForm) -> None:
        super().pre_validate(form)
        if self.data and self.data not in dict(self.options):
            self.data = ""
            raise StopValidation(
                _("The answer that you chose is no longer offered. Please choose a different one.")
            )
        if self.is_needed and not self.data:
            self.refuse_missing()


def country_in(form: BaseForm) -> str:
    """The country that someone has chosen in the form, by its code; empty if they have not."""
    return str(form["country"].data or "") if "country" in form else ""


def min_age_in_words(age: int) -> str:
    return str(_("You can take part from the year in which you turn %(age)s.", age=number(age)))


def _wrong_number(country: str) -> str:
    """With an example from the country that someone has chosen, which stays on one line."""
    example = re.sub("[ -]", NO_BREAK_SPACE, example_number(country) or SAMPLE_NUMBER)
    return str(
        _(
            "Enter a telephone number, for example %(example)s. You can use spaces, brackets, hyphens and"
            " dots, and leave out the code of the country.",
            example=f"{LTR}{example}{END}",
        )
    )
