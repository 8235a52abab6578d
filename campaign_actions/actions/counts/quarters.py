"""Confirmed signatures by quarter of an hour, which add up to the days of any time zone."""

from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import func, select

from campaign_actions.actions.models import QuarterCount
from campaign_actions.core.db.session import db, delete_rows

QUARTERS_KEPT = timedelta(days=40)


def quarter_of(moment: datetime) -> int:
    """The number of a quarter of an hour in its day, in UTC."""
    local = moment.astimezone(UTC)
    return local.hour * 4 + local.minute // 15


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
