"""Formats days and times, also where CLDR's patterns are not quite what a language writes."""

import re
from datetime import date, datetime

from babel.dates import format_date, format_time, get_datetime_format

# Languages that do not write the first of a month as a plain number, which is all CLDR has.
FIRST_OF_MONTH = {"fr": "1er", "it": "1º", "pt": "1º", "pt_PT": "1"}
NBSP = "\u00a0"
LONE_ONE = re.compile(r"(?<!\d)1(?!\d)")


def format_day(day: date, locale: str, style: str = "long") -> str:
    """A day with the name of its month: 24 November 2026, 1er novembre 2026. `style` is Babel's."""
    return fix_first_of_month(str(format_date(day, style, locale=locale)), day, locale)


def fix_first_of_month(text: str, day: date, locale: str) -> str:
    """A formatted day, with the first of a month as the language writes it."""
    first = FIRST_OF_MONTH.get(locale) or FIRST_OF_MONTH.get(locale.partition("_")[0], "1")
    return LONE_ONE.sub(first, text, count=1) if day.day == 1 else text


def format_clock_time(moment: datetime, locale: str, style: str = "short") -> str:
    """The time of day in the time zone of `moment`, in which no line breaks."""
    return str(format_time(moment.replace(tzinfo=None), style, locale=locale)).replace(" ", NBSP)


def join_day_and_time(day: str, time: str, locale: str) -> str:
    """A formatted day and time, joined as the language does."""
    pattern = str(get_datetime_format("medium", locale=locale)).replace("'", "")
    return pattern.replace("{0}", time).replace("{1}", day)
