"""Times as staff enter them: in the zone of the organisation (TIMEZONE), where clocks may change."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flask import Flask, current_app

from campaign_actions.config import WrongSetting
from campaign_actions.core.i18n.dates import format_clock_time, format_day, join_day_and_time
from campaign_actions.core.i18n.locale import current_locale, formatting_locale

LOCAL_FORMAT = "%Y-%m-%dT%H:%M"  # as the browser's own field for a day and a time has it


class NonexistentTime(ValueError):
    """Clocks are put forward over this time: it is on no clock. `first` is the first one after it."""

    def __init__(self, first: datetime) -> None:
        self.first = first


class AmbiguousTime(ValueError):
    """Clocks are put back over this time: it comes twice, first `earlier`, then `later` (both UTC)."""

    def __init__(self, earlier: datetime, later: datetime) -> None:
        self.earlier, self.later = earlier, later


def init_app(app: Flask) -> None:
    try:
        ZoneInfo(app.config["TIMEZONE"])
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise WrongSetting("TIMEZONE must be the name of a zone, like Europe/Moscow.") from None
    app.jinja_env.filters.update(local_input=local_input, datetime_here=datetime_here)
    app.jinja_env.globals.update(zone_name=zone_name)


def zone() -> ZoneInfo:
    """The zone in which staff enter times."""
    return ZoneInfo(zone_name())


def zone_name() -> str:
    return str(current_app.config["TIMEZONE"])


def to_utc(local: datetime, *, which: int | None = None) -> datetime:
    """The instant of a time on the organisation's clocks, which is naive.

    `which`, of a time that comes twice: 0 the earlier, 1 the later; it says nothing of others.
    Raises NoSuchTime, TwoSuchTimes.
    """
    earlier, later = (local.replace(tzinfo=zone(), fold=fold).astimezone(UTC) for fold in (0, 1))
    if earlier > later:  # the offset from before the change is applied last: a gap
        raise NonexistentTime(_end_of_gap(earlier, later))
    if earlier < later and which is None:
        raise AmbiguousTime(earlier, later)
    return later if which == 1 else earlier


def to_local(moment: datetime) -> datetime:
    """What the organisation's clocks show at an instant."""
    return moment.astimezone(zone())


def local_input(moment: datetime | None) -> str:
    """An instant as the value of a browser's field for a day and a time."""
    return to_local(moment).strftime(LOCAL_FORMAT) if moment else ""


def datetime_here(moment: datetime) -> str:
    """Day and minute on the organisation's clocks, with the zone said."""
    local, locale = to_local(moment), formatting_locale(current_locale())
    time = f"{format_clock_time(local, locale)} ({zone_name()})"
    return join_day_and_time(format_day(local, locale), time, locale)


def _end_of_gap(after: datetime, before: datetime) -> datetime:
    """The first time on the clocks after they were put forward.

    The change lies between two instants; it is found to the minute.
    """
    there = zone()
    offset = before.astimezone(there).utcoffset()
    low, high = int(before.timestamp()) // 60, int(after.timestamp()) // 60
    while low < high:
        middle = (low + high) // 2
        if datetime.fromtimestamp(middle * 60, there).utcoffset() == offset:
            low = middle + 1
        else:
            high = middle
    return datetime.fromtimestamp(low * 60, there)
