"""How many signed and confirmed before and after a moment, such as the start of an update."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, NamedTuple

from sqlalchemy import func, select

from campaign_actions.actions.counts.states.day_buckets import day_slot
from campaign_actions.actions.counts.states.fold import first_kept_slot, moment_of
from campaign_actions.actions.counts.states.periods import (
    DAY,
    FULL_HOURS,
    HOUR,
    Period,
    first_moment,
)
from campaign_actions.actions.models import QUARTERS_OF_DAY, StateDay, StateQuarter
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
    periods = [period for found in windows if found for period in found[2:] if period]
    by_day, by_quarter = _read_days(action_ids, periods), _read_quarters(action_ids, periods)

    def confirmed(period: Period) -> int:
        slots = range(period.first_slot, period.end_slot)
        if period.unit == "day":
            return sum(by_day[slot] for slot in slots[::QUARTERS_OF_DAY])
        return sum(by_quarter[slot] for slot in slots)

    return [
        found
        and Around(
            found.number,
            found.unit,
            confirmed(found.before),
            confirmed(found.after) if found.after else None,
        )
        for found in windows
    ]


def _read_days(action_ids: Collection[int], periods: Sequence[Period]) -> Mapping[int, int]:
    """How many confirmed on the days of periods that have whole days in UTC, by their first slot."""
    days = {
        moment_of(slot).date()
        for period in periods
        if period.unit == "day"
        for slot in range(period.first_slot, period.end_slot, QUARTERS_OF_DAY)
    }
    if not days:
        return Counter()
    rows = db.session.execute(
        select(StateDay.day, func.sum(StateDay.confirmed))
        .where(StateDay.action_id.in_(action_ids), StateDay.part == "all", StateDay.day.in_(days))
        .group_by(StateDay.day)
    )
    return Counter({day_slot(day): int(confirmed) for day, confirmed in rows})


def _read_quarters(action_ids: Collection[int], periods: Sequence[Period]) -> Mapping[int, int]:
    """How many confirmed, by slot, from the first of the other periods until the last.

    One range is read faster than each period alone, and quarters are kept for weeks only.
    """
    others = [period for period in periods if period.unit != "day"]
    if not others:
        return Counter()
    first = min(period.first_slot for period in others)
    end = max(period.end_slot for period in others)
    rows = db.session.execute(
        select(StateQuarter.slot, func.sum(StateQuarter.confirmed))
        .where(StateQuarter.action_id.in_(action_ids), StateQuarter.part == "all")
        .where(StateQuarter.slot >= first, StateQuarter.slot < end)
        .group_by(StateQuarter.slot)
    )
    return Counter({slot: int(confirmed) for slot, confirmed in rows})


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
