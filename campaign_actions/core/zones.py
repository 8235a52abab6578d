"""The organisation's zone, in which staff enter and read times; everything else is UTC."""

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.dates import get_datetime_format
from flask import Flask, current_app
from flask_babel import format_date, format_time, get_locale
from flask_babel import gettext as _

from campaign_actions.config import WrongSetting


class NoSuchTime(ValueError):
    """The clocks leap over it: they are put forward at that moment."""


def init_app(app: Flask) -> None:
    app.extensions["zone"] = _zone_named(app.config["TIMEZONE"])
    app.jinja_env.filters.update(datetime_here=datetime_here)
    app.jinja_env.globals.update(zone_name=zone_name)


def zone() -> tzinfo:
    found: tzinfo = current_app.extensions["zone"]
    return found


def zone_name() -> str:
    return str(current_app.config["TIMEZONE"])


def from_here(wall: datetime) -> datetime:
    """The moment at which the clocks of the organisation show a time.

    Of a time that comes twice, when they are put back, it is the earlier one. Raises NoSuchTime.
    """
    moment = wall.replace(tzinfo=zone(), fold=0).astimezone(UTC)
    if to_here(moment) != wall.replace(tzinfo=None, fold=0):
        raise NoSuchTime
    return moment


def to_here(moment: datetime) -> datetime:
    """What the clocks of the organisation show at a moment, without a zone."""
    return moment.astimezone(zone()).replace(tzinfo=None, fold=0)


def comes_twice(wall: datetime) -> bool:
    """Whether the clocks show a time twice, because they are put back."""
    first, second = (wall.replace(tzinfo=zone(), fold=fold).utcoffset() for fold in (0, 1))
    return first != second and not _is_gap(wall)


def datetime_here(moment: datetime) -> str:
    """Day and minute as the clocks of the organisation show them, with the zone said."""
    here = to_here(moment)
    pattern = str(get_datetime_format("long", locale=get_locale())).replace("'", "")
    time = f"{format_time(here, 'short', rebase=False)} ({zone_name()})"
    return pattern.replace("{0}", time).replace("{1}", format_date(here, "long", rebase=False))


def words_for_gap() -> str:
    return str(
        _(
            "This time does not exist: the clocks are put forward in that hour."
            " Choose one before or after it."
        )
    )


def _is_gap(wall: datetime) -> bool:
    return to_here(wall.replace(tzinfo=zone(), fold=0).astimezone(UTC)) != wall


def _zone_named(name: str) -> tzinfo:
    if name == "UTC":  # also where the machine has no list of zones
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise WrongSetting(
            f"TIMEZONE must be a zone like Europe/Moscow or UTC, not {name!r}."
        ) from None
