"""A form field for a time zone, which people choose by its city."""

from collections import defaultdict
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from babel.core import get_global
from flask_babel import LazyString
from flask_babel import gettext as _
from wtforms import StringField
from wtforms.form import BaseForm
from wtforms.validators import StopValidation

from campaign_actions.core.forms.fields import SingleValue
from campaign_actions.core.i18n.collation import collation_key
from campaign_actions.core.i18n.locale import babel_locale, current_locale
from campaign_actions.core.i18n.timezones import city_of, is_zone

Cities = dict[str, str]  # by the names of their time zones
# Regions of zones that people live in; others are former names and offsets.
REGIONS = (
    *("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia"),
    *("Europe", "Indian", "Pacific"),
)


class TimezoneField(SingleValue, StringField):
    """The name of a time zone, such as Europe/Moscow, or "" for the one that the page says."""

    def __init__(self, *args: Any, hint: LazyString | str = "", **kwargs: Any) -> None:
        self.hint = hint
        super().__init__(*args, **kwargs)

    def groups(self) -> dict[str, Cities]:
        """The choices, by the names of their countries in the page’s language; UTC first."""
        groups = _groups_in(current_locale())
        if not self.data or self.errors or any(self.data in cities for cities in groups.values()):
            return groups
        return {**groups, "UTC": {**groups["UTC"], self.data: city_of(self.data)}}  # a former name

    def pre_validate(self, form: BaseForm) -> None:
        super().pre_validate(form)
        if self.data and not is_zone(self.data):
            raise StopValidation(_("Choose a time zone from the list."))


@cache
def _groups_in(locale: str) -> dict[str, Cities]:
    """All time zones without former names of the same ones. `locale`: the page’s, as city_of() uses it."""
    former, countries = get_global("zone_aliases"), get_global("zone_territories")
    names, key = babel_locale(locale).territories, collation_key(babel_locale(locale).language)
    found: dict[str, Cities] = defaultdict(dict)
    for zone in available_timezones() - former.keys():
        if zone.partition("/")[0] in REGIONS and zone in countries:
            found[names.get(countries[zone], countries[zone])][zone] = city_of(zone)
    in_order = {
        country: dict(sorted(found[country].items(), key=lambda item: key(item[1])))
        for country in sorted(found, key=key)
    }
    return {"UTC": {"UTC": "UTC"}, **in_order}
