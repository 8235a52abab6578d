"""A form field for a day without a time."""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from wtforms import StringField
from wtforms.form import BaseForm
from wtforms.validators import StopValidation

from campaign_actions.core.forms.fields import SingleValue

ACCEPTED_YEARS = range(1900, 2200)  # any other is a typing error


class Day(SingleValue, StringField):
    """An optional day, as `<input type=date>` sends it. `typed` is the text to show in the field."""

    typed = ""

    def process_data(self, value: date | None) -> None:
        self.data: date | None = value
        self.typed = value.isoformat() if value else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            self.typed, self.data = valuelist[0].strip(), _day(valuelist[0].strip())

    def pre_validate(self, form: BaseForm) -> Any:
        super().pre_validate(form)
        if self.typed and self.data is None:
            raise StopValidation(_("Enter a date like 2026-11-24."))


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year in ACCEPTED_YEARS else None
