"""Days and times as a language writes them, also where CLDR does not say all of it."""

import re
from datetime import date, datetime

from babel.dates import format_date, format_time, get_datetime_format

# Where the first of a month is no plain number, and CLDR has none but those.
FIRST_OF_MONTH = {"fr": "1er", "it": "1º", "pt": "1º", "pt_PT": "1"}
LONE_ONE = re.compile(r"(?<!\d)1(?!\d)")


def format_day(day: date, locale: str, style: str = "long") -> str:
    """A day in words: 24 November 2026, 1er novembre 2026; `style` medium is shorter."""
    return fix_first_of_month(str(format_date(day, style, locale=locale)), day, locale)


def fix_first_of_month(words: str, day: date, locale: str) -> str:
    """The words for a day, where the first of a month is written as a language wants it."""
    first = FIRST_OF_MONTH.get(locale) or FIRST_OF_MONTH.get(locale.partition("_")[0], "1")
    return LONE_ONE.sub(first, words, count=1) if day.day == 1 else words


def format_clock_time(moment: datetime, locale: str, style: str = "short") -> str:
    """What the clock shows, of the zone that the moment has."""
    return str(format_time(moment.replace(tzinfo=None), style, locale=locale))


def join_day_and_time(day: str, time: str, locale: str) -> str:
    """Both, with what the language writes between them."""
    pattern = str(get_datetime_format("medium", locale=locale)).replace("'", "")
    return pattern.replace("{0}", time).replace("{1}", day)
