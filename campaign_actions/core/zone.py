"""The zone in which staff read and enter times: TIMEZONE. Everything below doors is UTC."""

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from flask import current_app


def local_zone() -> tzinfo:
    return ZoneInfo(current_app.config["TIMEZONE"])


def read_local(text: str) -> datetime | None:
    """A time as a browser's field sends it (`2026-11-25T14:00`), in UTC; None if it is none.

    An hour that a change of the clocks skips or repeats is taken as the zone's first offset says.
    """
    try:
        typed = datetime.fromisoformat(text)
        return typed.replace(tzinfo=local_zone()).astimezone(UTC) if not typed.tzinfo else None
    except (ValueError, OverflowError):
        return None


def write_local(moment: datetime) -> str:
    """The same, back again, to the minute."""
    return moment.astimezone(local_zone()).strftime("%Y-%m-%dT%H:%M")
