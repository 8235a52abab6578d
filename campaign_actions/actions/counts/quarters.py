"""Confirmed signatures by quarter of an hour, which add up to the days of any time zone."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from campaign_actions.actions.models import QuarterCount
from campaign_actions.core.db.session import db, delete_rows

QUARTERS_KEPT = timedelta(days=40)


@dataclass(frozen=True)
class Span:
    """From a moment until another, which is not part of it."""

    since: datetime
    until: datetime


def quarter_of(moment: datetime) -> int:
    """The number of a quarter of an hour in its day, in UTC."""
    local = moment.astimezone(UTC)
    return local.hour * 4 + local.minute // 15


def start_of_quarter(moment: datetime) -> datetime:
    return moment - timedelta(
        minutes=moment.minute % 15, seconds=moment.second, microseconds=moment.microsecond
    )


def count_confirmed(
    action_ids: Collection[int], spans: Mapping[str, Span]
) -> dict[int, dict[str, int]]:
    """By action, how many confirmed in each span. Spans start and end with a quarter of an hour.

    One statement reads the counts from the first moment of all spans on. Actions without any are missing.
    """
    first = min(span.since for span in spans.values()).astimezone(UTC).date()
    sums = [
        func.sum(case((_is_in(span), QuarterCount.confirmed), else_=0)).label(name)
        for name, span in spans.items()
    ]
    rows = db.session.execute(
        select(QuarterCount.action_id, *sums)
        .where(QuarterCount.action_id.in_(action_ids), QuarterCount.day >= first)
        .group_by(QuarterCount.action_id)
    )
    return {
        row.action_id: {name: max(0, int(getattr(row, name))) for name in spans} for row in rows
    }


def daily_counts(action_ids: Collection[int], *, days: int, today: date) -> dict[int, list[int]]:
    """By action, how many confirmed on each of the last days, in UTC. Actions without any are missing."""
    first = today - timedelta(days=days - 1)
    rows = db.session.execute(
        select(
            QuarterCount.action_id,
            QuarterCount.day,
            func.sum(QuarterCount.confirmed).label("confirmed"),
        )
        .where(QuarterCount.action_id.in_(action_ids), QuarterCount.day >= first)
        .group_by(QuarterCount.action_id, QuarterCount.day)
    )
    found: dict[int, list[int]] = {}
    for row in rows:
        if row.day <= today:
            counts = found.setdefault(row.action_id, [0] * days)
            counts[(row.day - first).days] = max(0, int(row.confirmed))
    return found


def delete_old_quarters(now: datetime) -> None:
    """A scheduled task: delete the counts of days that no page asks for."""
    delete_rows(QuarterCount, QuarterCount.day <= (now - QUARTERS_KEPT).date())


def _is_in(span: Span) -> ColumnElement[bool]:
    return and_(_is_from(span.since), ~_is_from(span.until))


def _is_from(moment: datetime) -> ColumnElement[bool]:
    day = moment.astimezone(UTC).date()
    return or_(
        QuarterCount.day > day,
        and_(QuarterCount.day == day, QuarterCount.quarter >= quarter_of(moment)),
    )
