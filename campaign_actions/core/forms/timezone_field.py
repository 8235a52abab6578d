"""A form field for a time zone."""

from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from wtforms import StringField
from wtforms.form import BaseForm
from wtforms.validators import StopValidation

from campaign_actions.core.forms.fields import SingleValue
from campaign_actions.core.i18n.timezones import is_zone


class TimezoneField(SingleValue, StringField):
    """The name of a time zone, such as Europe/Moscow, or "" for the one that the page says."""

    def __init__(self, *args: Any, hint: LazyString | str = "", **kwargs: Any) -> None:
        self.hint = hint
        super().__init__(*args, **kwargs)

    def pre_validate(self, form: BaseForm) -> None:
        super().pre_validate(form)
        if self.data and not is_zone(self.data):
            raise StopValidation(_("Choose a time zone from the list."))
