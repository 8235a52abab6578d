"""The period of a dashboard: from when until when, and the bars or points that it is drawn with."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import pairwise
from typing import Literal

from campaign_actions.actions.counts.states.fold import first_kept_slot, moment_of, slot_of

Unit = Literal["hour", "day", "week"]
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)
MAX_DAYS = 92  # shown as days; longer periods are shown as weeks
FULL_HOURS = 24  # of a period of hours; it also has the hour that is not over


@dataclass(frozen=True)
class Period:
    """`starts`: when each bucket begins. `ends_now`: whether the last one is not over."""

    starts: tuple[datetime, ...]
    until: datetime
    unit: Unit
    zone: tzinfo
    ends_now: bool

    @property
    def since(self) -> datetime:
        return self.starts[0]

    @property
    def is_in_whole_days(self) -> bool:
        """Whether it is in days of UTC, so that tallies by day are enough."""
        return self.unit != "hour" and self.zone is UTC

    @property
    def first_slot(self) -> int:
        return slot_of(self.since)

    @property
    def end_slot(self) -> int:
        """The first slot that is not part of it."""
        return slot_of(self.until) + (1 if self.ends_now else 0)

    @property
    def days(self) -> int:
        """How many days it has, the last one included."""
        return (self.last_day - self.since.astimezone(self.zone).date()).days + 1

    @property
    def last_day(self) -> date:
        return (self.until - timedelta(microseconds=1)).astimezone(self.zone).date()

    def end_of(self, bucket: int) -> datetime:
        return self.starts[bucket + 1] if bucket + 1 < len(self.starts) else self.until

    def only(self, bucket: int) -> "Period":
        """The period of one bucket."""
        is_last = bucket == len(self.starts) - 1
        return replace(
            self,
            starts=(self.starts[bucket],),
            until=self.end_of(bucket),
            ends_now=self.ends_now and is_last,
        )

    def bucket_of(self, moment: datetime) -> int | None:
        """The bucket of a moment; None if it is outside."""
        if not self.since <= moment <= self.until:
            return None
        return bisect_right(self.starts, moment) - 1


def last_hours(now: datetime, zone: tzinfo) -> Period:
    """The last FULL_HOURS of the clock in a zone, and the hour that is not over."""
    local = now.astimezone(zone)
    hour = now - timedelta(
        minutes=local.minute, seconds=local.second, microseconds=local.microsecond
    )
    starts = tuple(hour - number * HOUR for number in range(FULL_HOURS, -1, -1))
    return Period(starts, now, "hour", zone, ends_now=True)


def last_days(number: int, now: datetime, zone: tzinfo) -> Period:
    """Today and the days before it."""
    today = now.astimezone(zone).date()
    return days_between(today - (number - 1) * DAY, today, now=now, zone=zone)


def days_between(first: date, last: date, *, now: datetime, zone: tzinfo) -> Period:
    """Whole days, in the zone if quarters of an hour are kept for all of them, or else in UTC.

    `last` is today at the latest, and `first` not after `last`.
    """
    if first_moment(first, zone) < moment_of(first_kept_slot(now)):
        zone = UTC
    last = min(last, now.astimezone(zone).date())
    first = min(first, last)
    until = first_moment(last + DAY, zone)
    is_by_week = (last - first).days >= MAX_DAYS
    starts = _moments(first, last, WEEK if is_by_week else DAY, zone)
    return Period(
        starts, min(until, now), "week" if is_by_week else "day", zone, ends_now=until > now
    )


def period_before(period: Period, now: datetime) -> Period:
    """As many full hours or days, up to its start. If too old for quarters, it begins in UTC."""
    zone = period.zone
    if period.unit == "hour":
        since = period.since - FULL_HOURS * HOUR
        return Period((since,), period.since, "hour", zone, ends_now=False)
    first = period.since.astimezone(zone).date()
    found = days_between(first - period.days * DAY, first - DAY, now=now, zone=zone)
    return replace(found, until=period.since, zone=zone, ends_now=False)


def week_before(period: Period) -> Period:
    """The 7 days until a period of hours begins."""
    since = period.since - WEEK
    return Period((since,), period.since, "hour", period.zone, ends_now=False)


def first_moment(day: date, zone: tzinfo) -> datetime:
    """When a day begins, in UTC, even if the clocks change at midnight."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _moments(first: date, last: date, step: timedelta, zone: tzinfo) -> tuple[datetime, ...]:
    number = (last - first) // step + 1
    return tuple(first_moment(first + step * index, zone) for index in range(number))


def irregular_slots(slots: Sequence[int]) -> tuple[int, list[tuple[int, int]]]:
    """The usual length of buckets, and from which slot on how many slots are to be added.

    Adding them makes all buckets equally long, so that a division finds the bucket of a slot also where
    the clocks change.
    """
    lengths = [later - earlier for earlier, later in pairwise(slots)]
    usual = max(set(lengths), key=lengths.count) if lengths else 1
    added = [
        (start + min(usual, length), usual - length)
        for start, length in zip(slots, lengths, strict=False)
        if length != usual
    ]
    return usual, added
