"""Numbers, dates and times as the reader of the page writes them."""

from datetime import datetime

from babel.dates import format_datetime, get_datetime_format
from flask import Flask
from flask_babel import format_date, format_decimal, format_time, get_locale

from campaign_actions.core.countries import country_name, country_options
from campaign_actions.core.i18n import current_locale
from campaign_actions.core.zone import local_zone


def init_app(app: Flask) -> None:
    app.jinja_env.filters.update(
        number=number,
        date_long=date_long,
        datetime_utc=datetime_utc,
        local_time=local_time,
        country=country,
    )
    app.jinja_env.globals.update(country_options=country_options)


def number(value: int) -> str:
    return str(format_decimal(value))


def date_long(moment: datetime) -> str:
    return str(format_date(moment, "long"))


def datetime_utc(moment: datetime) -> str:
    """Day and minute, with the zone said: readers are everywhere."""
    pattern = str(get_datetime_format("long", locale=get_locale())).replace("'", "")
    time = format_time(moment, "short")
    return pattern.replace("{0}", f"{time} UTC").replace("{1}", date_long(moment))


def local_time(moment: datetime) -> str:
    """Day and minute in the zone of the staff, short, for tables."""
    return str(format_datetime(moment, "medium", tzinfo=local_zone(), locale=get_locale()))


def country(code: str | None) -> str:
    """The name of a country in the language of the page; nothing for none."""
    return country_name(code, current_locale()) if code else ""
