"""Numbers, dates and times as the reader of the page writes them."""

from datetime import date, datetime

from babel.dates import format_skeleton, get_datetime_format
from flask import Flask
from flask_babel import format_date, format_decimal, format_time, get_locale

from campaign_actions.core.countries import country_options


def init_app(app: Flask) -> None:
    app.jinja_env.filters.update(
        number=number, date_long=date_long, day_short=day_short, datetime_utc=datetime_utc
    )
    app.jinja_env.filters.update(country_name=country_name)
    app.jinja_env.globals.update(country_options=country_options)


def number(value: int) -> str:
    return str(format_decimal(value))


def date_long(moment: datetime) -> str:
    return str(format_date(moment, "long"))


def day_short(day: date) -> str:
    """Day and month, for charts."""
    return str(format_skeleton("MMMd", day, locale=get_locale()))


def country_name(code: str) -> str:
    return str(get_locale().territories.get(code, code))


def datetime_utc(moment: datetime) -> str:
    """Day and minute, with the zone said: readers are everywhere."""
    pattern = str(get_datetime_format("long", locale=get_locale())).replace("'", "")
    time = format_time(moment, "short")
    return pattern.replace("{0}", f"{time} UTC").replace("{1}", date_long(moment))
