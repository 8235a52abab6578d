"""Numbers, dates and times in the language of the page, cached."""

from datetime import date, datetime, timedelta
from functools import lru_cache

from babel.dates import format_skeleton, format_timedelta
from babel.numbers import format_decimal, format_percent
from babel.units import format_unit
from flask import Flask
from flask_babel import gettext as _

from campaign_actions.core.i18n.countries import (
    country_name,
    country_options,
    likely_country_options,
)
from campaign_actions.core.i18n.dates import (
    fix_first_of_month,
    format_clock_time,
    format_day,
    join_day_and_time,
)
from campaign_actions.core.i18n.locale import babel_locale, current_locale, formatting_locale
from campaign_actions.core.i18n.timezones import time_elsewhere, zone

MAX_CACHED = 1024  # of each kind of value
# Languages that group only five digits or more: 1234, 12.345. Babel lacks CLDR's minimumGroupingDigits.
GROUPED_FROM_FIVE = {"bg", "es", "es_ES", "et", "hu", "it", "lv", "pl", "pt_PT", "sl"}


def init_app(app: Flask) -> None:
    app.jinja_env.filters.update(
        number=number,
        decimal=decimal,
        percent=percent,
        lower_first=lower_first,
        megabytes=megabytes,
        date_long=date_long,
        day_short=day_short,
        datetime_utc=datetime_utc,
        local_time=local_time,
        short_time=short_time,
        duration=duration,
        country=country,
    )
    app.jinja_env.globals.update(
        country_options=country_options, likely_country_options=likely_country_options
    )


def number(value: int) -> str:
    return _number(value, formatting_locale(current_locale()))


def decimal(value: float, digits: int = 1) -> str:
    """4.5, or 4,5 with a decimal comma."""
    return str(format_decimal(round(value, digits), locale=formatting_locale(current_locale())))


def percent(value: float) -> str:
    """`value` of a hundred, with one decimal at most and the sign where the language puts it."""
    return _percent(round(value, 1), current_locale())


def lower_first(text: str) -> str:
    """The text as part of a sentence: its first letter is small, unless it begins with capitals."""
    text = str(text)
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def megabytes(value: float) -> str:
    """10 MB, in French 10 Mo."""
    locale = formatting_locale(current_locale())
    return str(format_unit(value, "digital-megabyte", length="short", locale=locale))


def date_long(moment: date) -> str:
    """The day of a moment in the time zone that it has."""
    day = moment.date() if isinstance(moment, datetime) else moment
    return _date_long(day, formatting_locale(current_locale()))


def day_short(day: date) -> str:
    """Day and abbreviated month, for charts."""
    return _day_short(day, formatting_locale(current_locale()))


def month_short(day: date) -> str:
    """Its month alone, such as Nov."""
    return format_skeleton("MMM", day, locale=formatting_locale(current_locale()))


def datetime_utc(moment: datetime) -> str:
    """Day, time and “UTC”, which tells apart two times that clocks show alike."""
    return _datetime_utc(
        moment.replace(second=0, microsecond=0), formatting_locale(current_locale())
    )


def short_time(moment: datetime) -> str:
    """Short day and time in the reader's time zone, for lists."""
    local, locale = moment.astimezone(zone()), formatting_locale(current_locale())
    day, time = format_day(local, locale, "medium"), format_clock_time(local, locale)
    return join_day_and_time(day, time, locale)


def local_time(moment: datetime) -> str:
    """Short day and time in the reader's time zone; the organisation's after it if it differs."""
    here, elsewhere = short_time(moment), time_elsewhere(moment)
    return f"{here} · {elsewhere}" if elsewhere else here


def duration(span: timedelta) -> str:
    """A time span in its largest unit: 45 seconds, 3 minutes, 2 hours."""
    locale = formatting_locale(current_locale())
    return str(format_timedelta(span, granularity="second", threshold=1, locale=locale))


def age(span: timedelta) -> str:
    """A time span for people, whom seconds do not concern."""
    return duration(span) if span >= timedelta(minutes=1) else str(_("less than a minute"))


def country(code: str | None) -> str:
    """A country's name in the language of the page; empty for None."""
    return country_name(code, current_locale()) if code else ""


@lru_cache(MAX_CACHED)
def _number(value: int, locale: str) -> str:
    is_grouped = abs(value) >= 10_000 or locale not in GROUPED_FROM_FIVE
    return str(format_decimal(value, locale=locale, group_separator=is_grouped))


@lru_cache(MAX_CACHED)
def _percent(value: float, tag: str) -> str:
    pattern = babel_locale(tag).percent_formats[None].pattern.replace("0", "0.#", 1)
    return str(format_percent(value / 100, pattern, locale=formatting_locale(tag)))


@lru_cache(MAX_CACHED)
def _day_short(day: date, locale: str) -> str:
    return fix_first_of_month(str(format_skeleton("MMMd", day, locale=locale)), day, locale)


@lru_cache(MAX_CACHED)
def _date_long(day: date, locale: str) -> str:
    return format_day(day, locale)


@lru_cache(MAX_CACHED)
def _datetime_utc(moment: datetime, locale: str) -> str:
    time = f"{format_clock_time(moment, locale)} UTC"
    return join_day_and_time(_date_long(moment.date(), locale), time, locale)
