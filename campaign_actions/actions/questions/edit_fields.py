"""The fields in which staff choose the settings of a question."""

from collections.abc import Iterable
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.form import BaseForm
from wtforms.validators import StopValidation

from campaign_actions.actions.questions.choice_order import is_order
from campaign_actions.core.forms.fields import SingleValue
from campaign_actions.core.forms.postcodes import has_postcodes
from campaign_actions.core.i18n.countries import country_codes
from campaign_actions.core.i18n.formatting import number

MAX_MIN_AGE = 80  # years
MAX_DIGITS = 9  # of an age that is shown again; more are cut


class Option(SingleValue, StringField):
    """One of several values."""

    def __init__(self, *args: Any, hint: LazyString | str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hint = hint
        self.options: list[tuple[str, LazyString | str]] = []

    def offer(self, options: Iterable[tuple[str, LazyString | str]]) -> None:
        self.options = list(options)

    def pre_validate(self, form: BaseForm) -> None:
        super().pre_validate(form)
        if str(self.data or "") not in dict(self.options):
            raise StopValidation(_("Choose one of the options."))


class Days(Option):
    """A number of days."""

    data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist and valuelist[0].isascii() and valuelist[0].isdigit():
            self.data = int(valuelist[0])

    def pre_validate(self, form: BaseForm) -> None:
        if str(self.data or 0) not in dict(self.options):
            raise StopValidation(_("Choose one of the options."))


class OptionalCountry(SingleValue, StringField):
    """A country by its code, or none."""

    hint = _l("If you choose none, people enter a postcode of the country they choose.")

    def pre_validate(self, form: BaseForm) -> None:
        super().pre_validate(form)
        if self.data and self.data not in country_codes():
            raise StopValidation(_("Choose a country from the list."))
        if self.data and not has_postcodes(self.data):
            raise StopValidation(
                _("We know of no postcodes in this country. Choose another one, or none.")
            )


class Age(SingleValue, StringField):
    """An age in years, or none."""

    data: Any
    hint = _l(
        "With a minimum age, an answer is required. People who are younger cannot take part. Leave it empty"
        " if all ages can."
    )

    def process_formdata(self, valuelist: list[str]) -> None:
        text = valuelist[0].strip() if valuelist else ""
        self.data = text or 0
        if text.isascii() and text.isdigit():
            self.data = int(text.lstrip("0")[:MAX_DIGITS] or 0)

    def pre_validate(self, form: BaseForm) -> None:
        super().pre_validate(form)
        if not isinstance(self.data, int):
            raise StopValidation(_("Enter a whole number, for example 16."))
        if self.data > MAX_MIN_AGE:
            most = number(MAX_MIN_AGE)
            raise StopValidation(_("Enter an age from 1 to %(most)s years.", most=most))


class ChoiceOrder(SingleValue, StringField):
    """The keys of choices in their order."""

    def pre_validate(self, form: BaseForm) -> None:
        super().pre_validate(form)
        if not is_order(self.data or ""):
            raise StopValidation(_("Choose one of the options."))
