"""Times in the organisation's time zone (TIMEZONE), in which staff enter them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flask import Flask, current_app

from campaign_actions.config import WrongSetting
from campaign_actions.core.i18n.dates import format_clock_time, format_day, join_day_and_time
from campaign_actions.core.i18n.locale import current_locale, formatting_locale

LOCAL_FORMAT = "%Y-%m-%dT%H:%M"  # of <input type="datetime-local">


class NonexistentTime(ValueError):
    """The clocks go forward over this local time. `first`: the first time after the gap."""

    def __init__(self, first: datetime) -> None:
        self.first = first


class AmbiguousTime(ValueError):
    """The clocks go back over this local time, so it comes twice: at `earlier` and `later`, in UTC."""

    def __init__(self, earlier: datetime, later: datetime) -> None:
        self.earlier, self.later = earlier, later


def init_app(app: Flask) -> None:
    try:
        ZoneInfo(app.config["TIMEZONE"])
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise WrongSetting(
            "TIMEZONE must be the name of a time zone, such as Europe/Moscow."
        ) from None
    app.jinja_env.filters.update(local_input=local_input, datetime_here=datetime_here)
    app.jinja_env.globals.update(zone_name=zone_name)


def zone() -> ZoneInfo:
    """The organisation's time zone."""
    return ZoneInfo(zone_name())


def zone_name() -> str:
    return str(current_app.config["TIMEZONE"])


def to_utc(local: datetime, *, which: int | None = None) -> datetime:
    """The instant of a naive local time.

    `which` chooses between the instants of an ambiguous time: 0 the earlier, 1 the later.
    Raises NonexistentTime, AmbiguousTime.
    """
    earlier, later = (local.replace(tzinfo=zone(), fold=fold).astimezone(UTC) for fold in (0, 1))
    if earlier > later:  # a gap: fold=0 has the offset from before the change
        raise NonexistentTime(_end_of_gap(earlier, later))
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
    """An instant in the organisation's time zone."""
    return moment.astimezone(zone())


def local_input(moment: datetime | None) -> str:
    """An instant as the value of <input type="datetime-local">."""
    return to_local(moment).strftime(LOCAL_FORMAT) if moment else ""


def datetime_here(moment: datetime) -> str:
    """Day and time in the organisation's time zone, with its name."""
    local, locale = to_local(moment), formatting_locale(current_locale())
    time = f"{format_clock_time(local, locale)} ({zone_name()})"
    return join_day_and_time(format_day(local, locale), time, locale)


def _end_of_gap(after: datetime, before: datetime) -> datetime:
    """The first local time after a gap, found to the minute between two instants."""
    local_zone = zone()
    offset = before.astimezone(local_zone).utcoffset()
    low, high = int(before.timestamp()) // 60, int(after.timestamp()) // 60
    while low < high:
        middle = (low + high) // 2
        if datetime.fromtimestamp(middle * 60, local_zone).utcoffset() == offset:
            low = middle + 1
        else:
            high = middle
    return datetime.fromtimestamp(low * 60, local_zone)
