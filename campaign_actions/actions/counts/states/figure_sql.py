"""The parts of the statement that reads the figures of a dashboard."""

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Select,
    SQLColumnExpression,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    true,
)

from campaign_actions.actions.counts.states.day_buckets import (
    DayRange,
    boundaries,
    day_slot,
    days_of,
)
from campaign_actions.actions.counts.states.fold import moment_of
from campaign_actions.actions.counts.states.periods import Period, irregular_slots
from campaign_actions.actions.models import (
    PARTS,
    QUARTERS_OF_DAY,
    STATES,
    StateDay,
    StateQuarter,
)

BY_TIME = ("all", "source")  # parts that are shown by time; others only in all
OTHERS = tuple(part for part in PARTS if part not in BY_TIME)
DAY_OF_SLOT = StateQuarter.slot // QUARTERS_OF_DAY
FigureSelect = Select[*tuple[Any, ...]]


def statements_of(action_ids: Collection[int], period: Period) -> Iterator[FigureSelect]:
    """Rows of the kinds "total", "before", "part", "time" and "moved".

    "time" has days in UTC and "moved" what is not in the bucket of its day; add_up() joins them.
    """
    days = days_of(period)
    for kind, times in (("total", true()), ("before", StateDay.day < days.start)):
        statement = figure_select(StateDay, kind, null(), times, by_value=False)
        yield statement.where(StateDay.action_id.in_(action_ids), StateDay.part == "all")
    if days.start < days.end:
        times = (StateDay.day >= days.start) & (StateDay.day < days.end)
        yield (
            figure_select(StateDay, "time", null(), times, by_value=True)
            .where(StateDay.action_id.in_(action_ids), StateDay.part.in_(BY_TIME))
            .group_by(StateDay.part, StateDay.value, StateDay.day)
        )
    if (are_moved := _moved_slots(period, days)) is not None:
        bucket = _bucket(period)
        yield (
            figure_select(StateQuarter, "moved", bucket, are_moved, by_value=True)
            .where(StateQuarter.action_id.in_(action_ids), StateQuarter.part.in_(BY_TIME))
            .group_by(StateQuarter.part, StateQuarter.value, DAY_OF_SLOT, bucket)
        )
    for table, times in whole_period(period):
        # One statement for each part: groups of one column take SQLite a third less time than of two.
        for part in OTHERS:
            yield (
                figure_select(table, "part", null(), times, by_value=True, part=part)
                .where(table.action_id.in_(action_ids), table.part == part)
                .group_by(table.value)
            )


def sum_statements(
    action_ids: Collection[int], period: Period, kind: str
) -> Iterator[FigureSelect]:
    """The sums of another period, for a comparison."""
    for table, times in whole_period(period):
        yield figure_select(
            table, kind, null(), (table.part == "all") & times, by_value=False
        ).where(table.action_id.in_(action_ids))


def whole_period(
    period: Period,
) -> Iterator[tuple[type[StateDay | StateQuarter], ColumnElement[bool]]]:
    """Days in UTC inside the period, and the quarters before and after them."""
    start, end = period.first_slot, period.end_slot
    first, last = -(-start // QUARTERS_OF_DAY), end // QUARTERS_OF_DAY
    if period.is_in_whole_days:
        yield StateDay, and_(StateDay.day >= period.since.date(), StateDay.day <= period.last_day)
    elif first >= last:
        yield StateQuarter, _are_slots(start, end)
    else:
        days = (moment_of(day * QUARTERS_OF_DAY).date() for day in (first, last))
        yield StateDay, and_(StateDay.day >= next(days), StateDay.day < next(days))
        edges = _are_slots(start, first * QUARTERS_OF_DAY)
        yield StateQuarter, or_(edges, _are_slots(last * QUARTERS_OF_DAY, end))


def figure_select(
    table: type[StateDay | StateQuarter],
    kind: str,
    bucket: SQLColumnExpression[Any],
    condition: ColumnElement[bool],
    *,
    by_value: bool,
    part: str = "",
) -> FigureSelect:
    """All statements of a union have the same columns. `part`: if it has values of one part only.

    `day`: of rows of the kind "time". `slot_day`: of "moved", as a number.
    """
    sums = (func.coalesce(func.sum(getattr(table, state)), 0).label(state) for state in STATES)
    return select(
        literal(kind).label("kind"),
        (table.part if by_value and not part else literal(part)).label("part"),
        (table.value if by_value else literal("")).label("value"),
        (StateDay.day if kind == "time" else null().cast(Date)).label("day"),
        (DAY_OF_SLOT if kind == "moved" else cast(null(), Integer)).label("slot_day"),
        cast(bucket, Integer).label("bucket"),
        *sums,
    ).where(condition)


def _moved_slots(period: Period, days: DayRange) -> ColumnElement[bool] | None:
    """The quarters that may not be in the bucket of their day in UTC; None if there are none.

    Those of hours have no days, so it is all of them, and those of the first day before them.
    """
    since, until = (day_slot(day) for day in (days.start, days.end))
    first, end = min(since, period.first_slot), max(until, period.end_slot)
    if period.unit == "hour":
        is_needed = (StateQuarter.part == "all") | (StateQuarter.slot >= period.first_slot)
        return and_(_are_slots(first, end), is_needed)
    slot, half = StateQuarter.slot % QUARTERS_OF_DAY, QUARTERS_OF_DAY // 2
    places = {boundary % QUARTERS_OF_DAY for boundary in boundaries(period)}
    morning = max((place for place in places if place <= half), default=0)
    evening = min((place for place in places if place > half), default=QUARTERS_OF_DAY)
    if morning == 0 and evening == QUARTERS_OF_DAY:
        return None
    return and_(_are_slots(first, end), or_(slot < morning, slot >= evening))


def _are_slots(first: int, end: int) -> ColumnElement[bool]:
    return and_(StateQuarter.slot >= first, StateQuarter.slot < end)


def _bucket(period: Period) -> ColumnElement[int]:
    """The number of the bucket of a slot, from 1; 0 for slots just before the first."""
    usual, added = irregular_slots(boundaries(period))
    slot: ColumnElement[int] = StateQuarter.slot - (period.first_slot - usual)
    for since, number in added:
        slot = slot + case((StateQuarter.slot >= since, number), else_=0)
    return slot // usual
