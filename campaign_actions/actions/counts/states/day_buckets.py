"""Which bucket of a period a day in UTC belongs to.

Days of the reader's zone are read as days in UTC, since those are 24 to 96 times fewer rows than hours and
quarters. Only what is in another bucket than the noon of its day is read by the quarter, and moved there.
"""

from bisect import bisect_right
from collections.abc import Mapping
from datetime import UTC, date
from typing import NamedTuple

from campaign_actions.actions.counts.states.fold import moment_of, slot_of
from campaign_actions.actions.counts.states.periods import DAY, WEEK, Period, first_moment
from campaign_actions.actions.models import QUARTERS_OF_DAY

NOON = QUARTERS_OF_DAY // 2


class DayRange(NamedTuple):
    """Days in UTC, without the last."""

    start: date
    end: date


def boundaries(period: Period) -> list[int]:
    """The slots with which buckets begin, and of days and weeks the one after the last."""
    slots = [slot_of(moment) for moment in period.starts]
    if period.unit != "hour":
        last = period.starts[-1].astimezone(period.zone)
        step = WEEK if period.unit == "week" else DAY
        slots.append(slot_of(first_moment((last + step).date(), period.zone)))
    return slots


def days_of(period: Period) -> DayRange:
    """The days whose noon is in the period. If it ends now, today as well; none for hours."""
    if period.unit == "hour":
        day = moment_of(period.first_slot).date()
        return DayRange(day, day)
    end = period.end_slot if period.ends_now else period.end_slot - NOON
    first, after = (-(-slot // QUARTERS_OF_DAY) for slot in (period.first_slot - NOON, end))
    days = (moment_of(day * QUARTERS_OF_DAY).date() for day in (first, max(first, after)))
    return DayRange(next(days), next(days))


def bucket_by_day(period: Period) -> Mapping[date, int]:
    """The bucket that has the noon of each day."""
    slots, last = boundaries(period), len(period.starts) - 1
    start, end = days_of(period)
    days = (start + number * DAY for number in range((end - start).days))
    return {day: min(last, bisect_right(slots, day_slot(day) + NOON) - 1) for day in days}


def day_slot(day: date) -> int:
    """The first slot of a day in UTC."""
    return slot_of(first_moment(day, UTC))
