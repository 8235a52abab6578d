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
)

from campaign_actions.actions.counts.states.fold import QUARTER_SECONDS, moment_of
from campaign_actions.actions.counts.states.periods import (
    DAY,
    Period,
    first_moment,
    irregular_slots,
)
from campaign_actions.actions.models import (
    PARTS,
    QUARTERS_OF_DAY,
    STATES,
    StateDay,
    StateQuarter,
)

BY_TIME = ("all", "source")  # parts that are shown by time; others only in all
OTHERS = tuple(part for part in PARTS if part not in BY_TIME)
FigureSelect = Select[*tuple[Any, ...]]


def statements_of(action_ids: Collection[int], period: Period) -> Iterator[FigureSelect]:
    start = period.first_slot // QUARTERS_OF_DAY * QUARTERS_OF_DAY  # of the day in UTC
    is_before = StateDay.day < moment_of(start).date()
    for statement in (
        figure_select(StateDay, "total", null(), StateDay.part == "all", by_value=False),
        figure_select(
            StateDay, "before", null(), (StateDay.part == "all") & is_before, by_value=False
        ),
    ):
        yield statement.where(StateDay.action_id.in_(action_ids))
    table: type[StateDay | StateQuarter] = StateQuarter
    if period.is_in_whole_days:
        table = StateDay
        time: SQLColumnExpression[Any] = StateDay.day
        bucket: SQLColumnExpression[Any] = null()
        times: ColumnElement[bool] = StateDay.day >= period.since.date()
        times &= StateDay.day <= period.last_day
    else:
        time = bucket = _bucket(period)
        times = _are_slots(period.first_slot, period.end_slot)
        in_rest = (StateQuarter.part == "all") & _are_slots(start, period.first_slot)
        rest = figure_select(StateQuarter, "before", null(), in_rest, by_value=False)
        yield rest.where(StateQuarter.action_id.in_(action_ids))
    yield (
        figure_select(table, "time", bucket, times, by_value=True)
        .where(table.action_id.in_(action_ids), table.part.in_(BY_TIME))
        .group_by(table.part, table.value, time)
    )
    for table, times in whole_period(period):
        yield (
            figure_select(table, "part", null(), times, by_value=True)
            .where(table.action_id.in_(action_ids), table.part.in_(OTHERS))
            .group_by(table.part, table.value)
        )


def earlier_statements(action_ids: Collection[int], period: Period) -> Iterator[FigureSelect]:
    """The sums of another period, for a comparison."""
    for table, times in whole_period(period):
        yield figure_select(
            table, "earlier", null(), (table.part == "all") & times, by_value=False
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
) -> FigureSelect:
    """All statements of a union have the same columns. `day`: of rows by time that are in days."""
    is_by_day = kind == "time" and table is StateDay
    sums = (func.coalesce(func.sum(getattr(table, state)), 0).label(state) for state in STATES)
    return select(
        literal(kind).label("kind"),
        (table.part if by_value else literal("")).label("part"),
        (table.value if by_value else literal("")).label("value"),
        (StateDay.day if is_by_day else null().cast(Date)).label("day"),
        cast(bucket, Integer).label("bucket"),
        *sums,
    ).where(condition)


def _are_slots(first: int, end: int) -> ColumnElement[bool]:
    return and_(StateQuarter.slot >= first, StateQuarter.slot < end)


def _bucket(period: Period) -> ColumnElement[int]:
    """The number of the bucket of a slot."""
    slots = [moment.timestamp() // QUARTER_SECONDS for moment in period.starts]
    last = period.starts[-1].astimezone(period.zone)
    if period.unit != "hour":
        step = DAY * (7 if period.unit == "week" else 1)
        slots.append(first_moment((last + step).date(), period.zone).timestamp() // QUARTER_SECONDS)
    usual, added = irregular_slots([int(slot) for slot in slots])
    slot: ColumnElement[int] = StateQuarter.slot - period.first_slot
    for since, number in added:
        slot = slot + case((StateQuarter.slot >= since, number), else_=0)
    return slot // usual
