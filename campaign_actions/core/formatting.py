"""Numbers, dates and times as the reader of the page writes them; each is worked out once."""

from datetime import date, datetime, timedelta
from functools import lru_cache

from babel.dates import (
    format_date,
    format_skeleton,
    format_time,
    format_timedelta,
    get_datetime_format,
)
from babel.numbers import format_decimal, format_percent
from flask import Flask

from campaign_actions.core.countries import country_name, country_options
from campaign_actions.core.i18n import current_locale, formatted_as
from campaign_actions.core.zones import zone

MOST = 1024  # numbers, dates and times that are remembered, of each


def init_app(app: Flask) -> None:
    app.jinja_env.filters.update(
        number=number,
        percent=percent,
        date_long=date_long,
        day_short=day_short,
        datetime_utc=datetime_utc,
        local_time=local_time,
        duration=duration,
        country=country,
    )
    app.jinja_env.globals.update(country_options=country_options)


def number(value: int) -> str:
    return _number(value, formatted_as(current_locale()))


def percent(value: int) -> str:
    """Whole per cent."""
    return str(format_percent(value / 100, locale=formatted_as(current_locale())))


def date_long(moment: datetime) -> str:
    return _date_long(moment, formatted_as(current_locale()))


def day_short(day: date) -> str:
    """Day and month, for charts."""
    return str(format_skeleton("MMMd", day, locale=formatted_as(current_locale())))


def datetime_utc(moment: datetime) -> str:
    """Day and minute, with the zone said: readers are everywhere."""
    return _datetime_utc(moment.replace(second=0, microsecond=0), formatted_as(current_locale()))


def local_time(moment: datetime) -> str:
    """Day and minute in the zone of the staff, short, for tables."""
    here = moment.astimezone(zone()).replace(tzinfo=None)
    locale = formatted_as(current_locale())
    day, time = (each(here, locale=locale) for each in (_short_day, _short_time))
    return f"{day}, {time}"


def duration(span: timedelta) -> str:
    """In its largest unit: 45 seconds, 3 minutes, 2 hours."""
    locale = formatted_as(current_locale())
    return str(format_timedelta(span, granularity="second", threshold=1, locale=locale))


def country(code: str | None) -> str:
    """The name of a country in the language of the page; nothing for none."""
    return country_name(code, current_locale()) if code else ""


def _short_day(moment: datetime, locale: str) -> str:
    return str(format_date(moment, "medium", locale=locale))


def _short_time(moment: datetime, locale: str) -> str:
    return str(format_time(moment, "short", locale=locale))


@lru_cache(MOST)
def _number(value: int, locale: str) -> str:
    return str(format_decimal(value, locale=locale))


@lru_cache(MOST)
def _date_long(moment: datetime, locale: str) -> str:
    return str(format_date(moment, "long", locale=locale))


@lru_cache(MOST)
def _datetime_utc(moment: datetime, locale: str) -> str:
    pattern = str(get_datetime_format("long", locale=locale)).replace("'", "")
    time = format_time(moment, "short", locale=locale)
    return pattern.replace("{0}", f"{time} UTC").replace("{1}", _date_long(moment, locale))
