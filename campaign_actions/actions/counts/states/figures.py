"""The figures of a dashboard, read from tallies by state in one statement."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sqlalchemy import func, null, select, true, union_all

from campaign_actions.actions.counts.source_limit import OTHER_SOURCES
from campaign_actions.actions.counts.states.day_buckets import bucket_by_day, days_of
from campaign_actions.actions.counts.states.figure_sql import (
    figure_select,
    statements_of,
    sum_statements,
    whole_period,
)
from campaign_actions.actions.counts.states.fold import moment_of
from campaign_actions.actions.counts.states.periods import Period
from campaign_actions.actions.models import PARTS, QUARTERS_OF_DAY, STATES, StateDay
from campaign_actions.core.db.session import db

MAX_SOURCES_LISTED = 50
NOTHING: Mapping[str, str] = MappingProxyType({})
BEFORE = -1  # the bucket of what was sent before the period


@dataclass(frozen=True)
class States:
    """How many signatures are in each state. `mailed`: emails to confirm that were accepted."""

    pending: int = 0
    confirmed: int = 0
    withdrawn: int = 0
    invalid: int = 0
    gone: int = 0
    mailed: int = 0

    @property
    def forms(self) -> int:
        """All that were sent, in whatever state they are now."""
        return self.pending + self.confirmed + self.withdrawn + self.invalid + self.gone

    @property
    def listed(self) -> int:
        """All that lists have."""
        return self.forms - self.gone

    @property
    def rate(self) -> float | None:
        """Confirmed of confirmed and pending, in per cent; None without any."""
        number = self.confirmed + self.pending
        return 100 * self.confirmed / number if number > 0 else None


@dataclass(frozen=True)
class Figures:
    """`before`: confirmed before the period. `sources_by_time`: confirmed by source and bucket.

    `earlier`: of the period before, and `week`: of the 7 days before, if they were asked for.
    """

    total: States
    before: int
    by_time: Sequence[States]
    by_part: Mapping[str, Mapping[str, States]]
    sources_by_time: Mapping[str, Sequence[int]]
    earlier: States | None = None
    week: States | None = None

    @property
    def period(self) -> States:
        return sum_states(self.by_time)

    @property
    def full_hours(self) -> States:
        """Of a period of hours, without that which is not over."""
        return sum_states(self.by_time[:-1])


def read_figures(
    action_ids: Collection[int],
    period: Period,
    *,
    earlier: Period | None = None,
    week: Period | None = None,
    former_sources: Mapping[str, str] = NOTHING,
) -> Figures:
    """Of some actions together, by the time at which forms were sent.

    `former_sources`: those that are counted as another.
    """
    statements = list(statements_of(action_ids, period))
    for kind, other in (("earlier", earlier), ("week", week)):
        statements += sum_statements(action_ids, other, kind) if other else ()
    sums = _Sums(period, former_sources)
    for row in db.session.execute(union_all(*statements)):
        sums.add(row)
    parts: dict[str, dict[str, States]] = {part: {} for part in PARTS}
    for (part, value), counts in sums.by_part.items():
        parts[part][value] = States(*counts)
    sources = {
        value: [States(*counts) for counts in buckets[:-1]]
        for (part, value), buckets in sums.by_time.items()
        if part == "source"
    }
    parts["source"] = {value: sum_states(states) for value, states in sources.items()}
    by_time = [States(*counts) for counts in sums.by_time["all", ""]]
    return Figures(
        total=States(*sums.by_kind["total"]),
        before=States(*sums.by_kind["before"]).confirmed + by_time[BEFORE].confirmed,
        by_time=by_time[:-1],
        by_part=parts,
        sources_by_time={
            value: [one.confirmed for one in states] for value, states in sources.items()
        },
        earlier=States(*sums.by_kind["earlier"]) if earlier else None,
        week=States(*sums.by_kind["week"]) if week else None,
    )


class _Sums:
    """Adds up the rows of statements_of(). By time, the last bucket is that BEFORE the period."""

    def __init__(self, period: Period, former_sources: Mapping[str, str]) -> None:
        buckets = len(period.starts)
        self.former_sources = former_sources
        self.days = bucket_by_day(period)
        self.first_day = days_of(period).start
        self.last_bucket = buckets - 1
        self.by_kind: dict[str, list[int]] = defaultdict(_zeros)
        self.by_part: dict[tuple[str, str], list[int]] = defaultdict(_zeros)
        self.by_time: dict[tuple[str, str], list[list[int]]] = defaultdict(
            lambda: [_zeros() for _number in range(buckets + 1)]
        )

    def add(self, row: Any) -> None:
        if row.kind == "time":
            _add(self.by_time[self._counted_as(row)][self.days[row.day]], row)
        elif row.kind == "moved":
            self._move(row)
        elif row.kind == "part":
            _add(self.by_part[self._counted_as(row)], row)
        else:
            _add(self.by_kind[row.kind], row)

    def _move(self, row: Any) -> None:
        """From the bucket of its day, if that was read, to its own, if it is in the period."""
        buckets, day = (
            self.by_time[self._counted_as(row)],
            moment_of(row.slot_day * QUARTERS_OF_DAY).date(),
        )
        bucket = max(BEFORE, row.bucket - 1)
        of_day = BEFORE if day < self.first_day else self.days.get(day)
        if bucket <= self.last_bucket:
            _add(buckets[bucket], row)
        if of_day is not None:
            _add(buckets[of_day], row, -1)

    def _counted_as(self, row: Any) -> tuple[str, str]:
        """Its part and value."""
        is_source = row.part == "source"
        return row.part, self.former_sources.get(row.value, row.value) if is_source else row.value


def read_by_action(
    action_ids: Collection[int], period: Period, *, part: str = "all", value: str = ""
) -> dict[int, States]:
    """By action, how many signatures of the period have one value of a part. Others are missing.

    `value`: of sources, several may have spaces between.
    """
    sums: dict[int, list[int]] = defaultdict(_zeros)
    statements = [
        figure_select(table, "action", table.action_id, times, by_value=False)
        .where(
            table.action_id.in_(action_ids), table.part == part, table.value.in_(value.split(" "))
        )
        .group_by(table.action_id)
        for table, times in whole_period(period)
    ]
    for row in db.session.execute(union_all(*statements)):
        _add(sums[row.bucket], row)
    return {action_id: States(*found) for action_id, found in sums.items()}


def read_all_by_action(action_ids: Collection[int]) -> dict[int, States]:
    """By action, all signatures in each state. Actions in which nobody took part have none of any."""
    sums = (func.sum(getattr(StateDay, state)) for state in STATES)
    rows = db.session.execute(
        select(StateDay.action_id, *sums)
        .where(StateDay.action_id.in_(action_ids), StateDay.part == "all")
        .group_by(StateDay.action_id)
    )
    found = {action_id: States(*map(int, counts)) for action_id, *counts in rows}
    return {action_id: found.get(action_id, States()) for action_id in action_ids}


def read_by_source(
    action_id: int, named: Collection[str], *, former: Mapping[str, str] = NOTHING
) -> dict[str, States]:
    """Of all time: the `named` sources that have any, and of others those with the most confirmed.

    `former`: those that are counted as another.
    """
    named = {*named, *former}
    every = (
        figure_select(StateDay, "part", null(), true(), by_value=True, part="source")
        .where(StateDay.action_id == action_id, StateDay.part == "source")
        .group_by(StateDay.value)
    )
    confirmed = func.sum(StateDay.confirmed)
    others = every.where(StateDay.value.not_in((*named, "", OTHER_SOURCES)))
    others = others.having(confirmed > 0).order_by(confirmed.desc(), StateDay.value)
    found: dict[str, list[int]] = defaultdict(_zeros)
    for statement in (every.where(StateDay.value.in_(named)), others.limit(MAX_SOURCES_LISTED)):
        for row in db.session.execute(statement):
            _add(found[former.get(row.value, row.value)], row)
    return {source: States(*counts) for source, counts in found.items()}


def sum_states(found: Iterable[States]) -> States:
    """All states of several together."""
    rows = [[getattr(one, state) for state in STATES] for one in found]
    return States(*(sum(numbers) for numbers in zip(*rows, strict=True)))


def states_without(total: States, counted: Iterable[States]) -> States:
    """Those of the total that are not counted."""
    others, rest = sum_states(counted), {}
    for state in STATES:
        rest[state] = max(0, getattr(total, state) - getattr(others, state))
    return States(**rest)


def _add(sums: list[int], row: Any, sign: int = 1) -> None:
    """Add the counts with which each row ends, or take them off."""
    for index, count in enumerate(row[-len(STATES) :]):
        sums[index] += sign * int(count)


def _zeros() -> list[int]:
    return [0] * len(STATES)
