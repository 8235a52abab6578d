"""How many signed and confirmed before and after a moment, such as the start of an update."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, NamedTuple

from sqlalchemy import func, literal, select, union_all

from campaign_actions.actions.counts.states.figure_sql import whole_period
from campaign_actions.actions.counts.states.fold import first_kept_slot, moment_of
from campaign_actions.actions.counts.states.periods import (
    DAY,
    FULL_HOURS,
    HOUR,
    Period,
    first_moment,
)
from campaign_actions.core.db.session import db

MAX_DAYS = 3


@dataclass(frozen=True)
class Around:
    """Confirmed in equally many days or hours before and after a moment, by the time of signing.

    In the first hour `after` is None, and the number before it is that of a whole day.
    """

    number: int
    unit: Literal["day", "hour"]
    before: int
    after: int | None


class _Windows(NamedTuple):
    number: int
    unit: Literal["day", "hour"]
    before: Period
    after: Period | None


def confirmed_around(
    action_ids: Collection[int], moments: Sequence[datetime], now: datetime
) -> list[Around | None]:
    """For each moment MAX_DAYS days, or as many days or hours as have passed. None before it."""
    windows = [_windows_around(moment, now) for moment in moments]
    statements = [
        select(
            literal(place).label("place"), literal(name).label("name"), func.sum(table.confirmed)
        ).where(table.action_id.in_(action_ids), table.part == "all", times)
        for place, found in enumerate(windows)
        if found
        for name, period in (("before", found.before), ("after", found.after))
        if period
        for table, times in whole_period(period)
    ]
    counts: dict[tuple[int, str], int] = defaultdict(int)
    for place, name, confirmed in db.session.execute(union_all(*statements)) if statements else ():
        counts[place, name] += int(confirmed or 0)
    return [
        found
        and Around(
            found.number,
            found.unit,
            counts[place, "before"],
            counts[place, "after"] if found.after else None,
        )
        for place, found in enumerate(windows)
    ]


def _windows_around(moment: datetime, now: datetime) -> _Windows | None:
    """From the beginning of the hour; from that of the day in UTC if its quarters are not kept."""
    start = moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    is_kept = start - MAX_DAYS * DAY >= moment_of(first_kept_slot(now))
    if not is_kept:
        start = first_moment(start.date(), UTC)
    passed = now - start
    if moment > now:
        return None
    is_in_days, is_over = passed >= DAY, passed >= HOUR
    number = min(MAX_DAYS, passed // DAY) if is_in_days else passed // HOUR or FULL_HOURS
    span = number * (DAY if is_in_days else HOUR)
    unit: Literal["day", "hour"] = "hour" if is_kept else "day"
    return _Windows(
        number,
        "day" if is_in_days else "hour",
        Period((start - span,), start, unit, UTC, ends_now=False),
        Period((start,), start + span, unit, UTC, ends_now=False) if is_over else None,
    )
