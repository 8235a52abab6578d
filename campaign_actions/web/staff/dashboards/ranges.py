"""The range of a dashboard, as its address has it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from campaign_actions.actions.counts.states.first_days import first_day_of
from campaign_actions.actions.counts.states.fold import quarters_of_slot
from campaign_actions.actions.counts.states.periods import (
    HOUR,
    Period,
    days_between,
    first_moment,
    last_days,
    last_hours,
)
from campaign_actions.core.i18n.dates import format_day
from campaign_actions.core.i18n.locale import current_locale, formatting_locale
from campaign_actions.core.i18n.timezones import organization_zone
from campaign_actions.core.i18n.timezones import zone as page_zone

RANGES: Mapping[str, LazyString] = {
    "24h": _l("24 hours"),
    "7d": _l("7 days"),
    "28d": _l("28 days"),
    "all": _l("Since the start"),
}
DEFAULT, OWN = "28d", "own"


@dataclass(frozen=True)
class Range:
    """`values`: for addresses of the same range. `notice`: why it is not the range that was entered."""

    name: str
    period: Period
    values: Mapping[str, str]
    notice: str = ""


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
    days = _entered_days(asked, earliest, today)
    if len(days) < 2:
        words = own_range_notice(days, earliest=today, today=today)
        return Range(DEFAULT, last_days(28, now, zone), {"range": DEFAULT}, words)
    earliest = min(first_moment(earliest, UTC).astimezone(zone).date(), today)
    first = min(max(days[0], earliest), today)
    last = max(min(days[1], today), earliest)
    values = {"range": OWN, "from": first.isoformat(), "to": last.isoformat()}
    notice = own_range_notice(days, earliest=earliest, today=today)
    return Range(OWN, days_between(first, last, now=now, zone=zone), values, notice)


def own_range_notice(days: Sequence[date], *, earliest: date, today: date) -> str:
    """Why other days are shown than those entered; empty if they are shown."""
    start = format_day(earliest, formatting_locale(current_locale()))
    if len(days) < 2:
        return str(_("Enter two days, such as 2026-11-01. The last 28 days are shown."))
    if days[0] > today:
        return str(_("The period you entered is in the future. Today is shown."))
    if days[1] < earliest:
        return str(_("Nobody took part before %(day)s. That day is shown.", day=start))
    words = []
    if days[0] < earliest:
        words += [
            _("Nobody took part before %(day)s. The period is shown from that day.", day=start)
        ]
    if days[1] > today:
        words += [_("The period you entered ends after today. It is shown up to today.")]
    return " ".join(words)


def dashboard_zone(now: datetime) -> ZoneInfo:
    """The reader's time zone, or else the organisation's, if figures are kept by the hour and theirs is not.

    Their tallies of whole hours do not make up the days of a zone half an hour away.
    """
    mine = page_zone()
    offset = now.astimezone(mine).utcoffset() or timedelta()
    is_exact = quarters_of_slot(now) == 1 or offset % HOUR == timedelta()
    return mine if is_exact else organization_zone()


def _entered_days(asked: Mapping[str, str], earliest: date, today: date) -> list[date]:
    """Two in their order, one of which may be left out: since the start, or until today. Or else none."""
    first, last = asked.get("from", ""), asked.get("to", "")
    try:
        days = [date.fromisoformat(text) for text in (first, last) if text]
    except ValueError:
        return []
    if len(days) == 1:
        days.append(max(days[0], today) if first else min(days[0], earliest))
    return sorted(days)
