"""Times in the time zone of the member of staff who reads and enters them, or else the organisation's.

Public pages and emails to signers always use the organisation's.
"""

from datetime import UTC, date, datetime
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale
from babel.dates import format_date, get_timezone_location
from flask import Flask, g
from flask_babel import gettext as _

from campaign_actions.config import WrongSetting
from campaign_actions.core.i18n.dates import format_clock_time, format_day, join_day_and_time
from campaign_actions.core.i18n.locale import current_locale, formatting_locale
from campaign_actions.core.organization import organization_timezone

DAYS_OF_WEEK = 7
LOCAL_FORMAT = "%Y-%m-%dT%H:%M"  # of <input type="datetime-local">
MAX_CACHED = 1024  # times on public pages


class NonexistentTime(ValueError):
    """The clocks go forward over this local time. `first`: the first time after the gap."""

    def __init__(self, first: datetime) -> None:
        self.first = first


class AmbiguousTime(ValueError):
    """The clocks go back over this local time, so it comes twice: at `earlier` and `later`, in UTC."""

    def __init__(self, earlier: datetime, later: datetime) -> None:
        self.earlier, self.later = earlier, later


def init_app(app: Flask) -> None:
    if not is_zone(app.config["TIMEZONE"]):
        raise WrongSetting("TIMEZONE must be the name of a time zone, such as Europe/Moscow.")
    app.jinja_env.filters.update(
        local_input=local_input,
        datetime_here=datetime_here,
        datetime_public=datetime_public,
        day_public=day_public,
        date_here=date_here,
        day_here=day_here,
        time_brief=time_brief,
        clocks=clocks,
        time_elsewhere=time_elsewhere,
        time_here=time_here,
        city_of=city_of,
    )
    app.jinja_env.globals.update(
        zone_name=zone_name, organization_timezone=organization_timezone, time_locale=time_locale
    )


def use_timezone(name: str) -> None:
    """Show and read times in a person's time zone for the rest of the request; "": the organisation's."""
    g.timezone = name if is_zone(name) else ""


def zone() -> ZoneInfo:
    """The time zone of the person that the page is for."""
    return ZoneInfo(zone_name())


def zone_name() -> str:
    return str(g.get("timezone", "") or organization_timezone())


def organization_zone() -> ZoneInfo:
    """The organisation's time zone, for files and for what everyone sees."""
    return ZoneInfo(organization_timezone())


def is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return bool(name)


def to_utc(local: datetime, *, which: int | None = None, place: ZoneInfo | None = None) -> datetime:
    """The instant of a naive local time, in the time zone of the page or in another `place`.

    `which` chooses between the instants of an ambiguous time: 0 the earlier, 1 the later.
    Raises NonexistentTime, AmbiguousTime.
    """
    there = place or zone()
    earlier, later = (local.replace(tzinfo=there, fold=fold).astimezone(UTC) for fold in (0, 1))
    if earlier > later:  # a gap: fold=0 has the offset from before the change
        raise NonexistentTime(_end_of_gap(earlier, later, there))
    if earlier < later and which is None:
        raise AmbiguousTime(earlier, later)
    return later if which == 1 else earlier


def first_moment(day: datetime) -> datetime:
    """The first moment of a day, in UTC, even if the clocks change at midnight."""
    try:
        return to_utc(day)
    except NonexistentTime as error:
        return error.first.astimezone(UTC)
    except AmbiguousTime as both:
        return both.earlier


def to_local(moment: datetime) -> datetime:
    """An instant in the time zone of the page."""
    return moment.astimezone(zone())


def local_input(moment: datetime | None) -> str:
    """An instant as the value of <input type="datetime-local">."""
    return to_local(moment).strftime(LOCAL_FORMAT) if moment else ""


def datetime_here(moment: datetime) -> str:
    """Day and time with the city of the time zone, and the organisation's beside it if it differs."""
    local, locale = to_local(moment), formatting_locale(current_locale())
    here = f"{format_clock_time(local, locale)} ({city_of(zone_name())})"
    elsewhere = time_elsewhere(moment)
    time = f"{here} · {elsewhere}" if elsewhere else here
    return join_day_and_time(format_day(local, locale), time, locale)


def datetime_public(moment: datetime) -> str:
    """Day and time with the city of the organisation's time zone, the same for everyone who reads it."""
    place = organization_timezone()
    local = moment.astimezone(ZoneInfo(place)).replace(second=0, microsecond=0, tzinfo=None)
    return _time_in(local, place, formatting_locale(current_locale()))


def day_public(moment: datetime) -> str:
    """The day in the organisation's time zone, for readers outside the workspace."""
    return _long_day(
        moment.astimezone(organization_zone()).date(), formatting_locale(current_locale())
    )


def date_here(moment: datetime) -> str:
    """The day in the reader's time zone."""
    return _long_day(to_local(moment).date(), formatting_locale(current_locale()))


def day_here(moment: datetime) -> str:
    """The day in the reader's time zone, with the day of the week."""
    return format_day(to_local(moment), formatting_locale(current_locale()), "full")


def time_here(moment: datetime) -> str:
    """The time of day in the current time zone."""
    return _clock_time(to_local(moment))


def clocks(moment: datetime) -> list[str]:
    """The time of day where the reader is, and where the organisation is, if its clocks differ."""
    here = _clock_time(to_local(moment))
    if not time_elsewhere(moment):
        return [_("%(time)s in %(city)s", time=here, city=city_of(zone_name()))]
    there = _time_there(moment)
    return [
        _("%(time)s in %(city)s, your time", time=here, city=city_of(zone_name())),
        _(
            "%(time)s in %(city)s, the organisation’s",
            time=there,
            city=city_of(organization_timezone()),
        ),
    ]


def city_of(name: str) -> str:
    """The city that a time zone is named after, in the page’s language; UTC and offsets are unchanged."""
    return _city_in(name, formatting_locale(current_locale()))


@cache
def _city_in(name: str, locale: Locale) -> str:
    return str(get_timezone_location(ZoneInfo(name), locale, return_city=True)).rpartition("/")[2]


def time_locale() -> str:
    """The tag of the locale that times are formatted with, for scripts to do the same: en-GB for English."""
    return formatting_locale(current_locale()).replace("_", "-")


def time_brief(moment: datetime, *, now: datetime | None = None) -> str:
    """The time of day if it is today, with the day of the week if it is in the last week, or else the day."""
    local, locale = to_local(moment), formatting_locale(current_locale())
    today = to_local(now or datetime.now(UTC)).date()
    days = (today - local.date()).days
    if not 0 <= days < DAYS_OF_WEEK:
        return format_day(local, locale, "medium")
    time = format_clock_time(local, locale)
    return f"{format_date(local, 'EEE', locale=locale)} {time}" if days else time


def time_elsewhere(moment: datetime | None) -> str:
    """The organisation's time with its city, and its day where that differs; empty if it is the same."""
    if moment is None or zone_name() == organization_timezone():
        return ""
    if to_local(moment).utcoffset() == moment.astimezone(organization_zone()).utcoffset():
        return ""
    return f"{_time_there(moment)} ({city_of(organization_timezone())})"


def _time_there(moment: datetime) -> str:
    """The organisation's time, with its day where that is not the reader's."""
    here, there = to_local(moment), moment.astimezone(organization_zone())
    time = _clock_time(there)
    if here.date() == there.date():
        return time
    locale = formatting_locale(current_locale())
    return join_day_and_time(format_day(there, locale, "medium"), time, locale)


@lru_cache(MAX_CACHED)
def _time_in(local: datetime, place: str, locale: str) -> str:
    """A naive local time as text, with the city of its time zone."""
    time = f"{format_clock_time(local, locale)} ({_city_in(place, locale)})"
    return join_day_and_time(_long_day(local.date(), locale), time, locale)


@lru_cache(MAX_CACHED)
def _long_day(day: date, locale: str) -> str:
    return format_day(day, locale)


def _clock_time(local: datetime) -> str:
    return format_clock_time(local, formatting_locale(current_locale()))


def _end_of_gap(after: datetime, before: datetime, place: ZoneInfo) -> datetime:
    """The first local time after a gap, found to the minute between two instants."""
    offset = before.astimezone(place).utcoffset()
    low, high = int(before.timestamp()) // 60, int(after.timestamp()) // 60
    while low < high:
        middle = (low + high) // 2
        if datetime.fromtimestamp(middle * 60, place).utcoffset() == offset:
            low = middle + 1
        else:
            high = middle
    return datetime.fromtimestamp(low * 60, place)
