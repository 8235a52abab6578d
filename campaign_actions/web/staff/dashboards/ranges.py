"""The range of a dashboard, as its address has it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from campaign_actions.actions.counts.states.figures import first_day_of
from campaign_actions.actions.counts.states.fold import quarters_of_slot
from campaign_actions.actions.counts.states.periods import (
    HOUR,
    Period,
    days_between,
    last_days,
    last_hours,
)
from campaign_actions.core.i18n.timezones import organization_zone
from campaign_actions.core.i18n.timezones import zone as page_zone

RANGES: Mapping[str, LazyString] = {
    "24h": _l("24 hours"),
    "7d": _l("7 days"),
    "28d": _l("28 days"),
    "all": _l("Since the start"),
}
DEFAULT, OWN = "28d", "own"
YEARS = range(2000, 2200)


@dataclass(frozen=True)
class Range:
    """`values`: for addresses of the same range. `is_wrong`: days were entered that are none."""

    name: str
    period: Period
    values: Mapping[str, str]
    is_wrong: bool = False


def read_range(
    asked: Mapping[str, str], action_ids: list[int], now: datetime, *, name: str = ""
) -> Range:
    """From the query of an address; the last 28 days if that makes no sense."""
    name, zone = name or asked.get("range", ""), dashboard_zone(now)
    if name == "24h":
        return Range(name, last_hours(now, zone), {"range": name})
    if name == "7d":
        return Range(name, last_days(7, now, zone), {"range": name})
    if name not in ("all", OWN):
        return Range(DEFAULT, last_days(28, now, zone), {"range": DEFAULT} if name else {})
    today = now.astimezone(zone).date()
    earliest = first_day_of(action_ids) or today
    if name == "all":
        first, last = min(earliest, today), max(today, now.astimezone(UTC).date())
        period = days_between(first, last, now=now, zone=UTC)
        return Range(name, period, {"range": name})
    days = sorted(filter(None, (_day(asked.get(end, "")) for end in ("from", "to"))))
    if len(days) < 2:
        return Range(DEFAULT, last_days(28, now, zone), {"range": DEFAULT}, is_wrong=True)
    values = {"range": OWN, "from": days[0].isoformat(), "to": days[1].isoformat()}
    first = max(days[0], min(earliest, days[1]))
    return Range(OWN, days_between(first, days[1], now=now, zone=zone), values)


def dashboard_zone(now: datetime) -> ZoneInfo:
    """The reader's time zone, or else the organisation's, if figures are kept by the hour and theirs is not.

    Their tallies of whole hours do not make up the days of a zone half an hour away.
    """
    mine = page_zone()
    offset = now.astimezone(mine).utcoffset() or timedelta()
    is_exact = quarters_of_slot(now) == 1 or offset % HOUR == timedelta()
    return mine if is_exact else organization_zone()


def _day(text: str) -> date | None:
    """None unless it is a day in one of YEARS."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year in YEARS else None
