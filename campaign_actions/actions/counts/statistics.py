"""Statistics of an action from its tallies: confirmed signatures by day, country and source."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import SQLColumnExpression, func, select

from campaign_actions.actions.models import Tally
from campaign_actions.core.db.session import db

DAYS_SHOWN = 28
MAX_SOURCES_LISTED = 50
MAX_SHARES = 8  # countries or sources that are listed; the rest is summed up


@dataclass(frozen=True)
class Share:
    """A part of the total. `name` is empty where the value is not known."""

    name: str
    count: int
    percent: float


@dataclass(frozen=True)
class Statistics:
    days: tuple[tuple[date, int], ...]  # the last DAYS_SHOWN, newest last
    countries: tuple[Share, ...]
    more_countries: Share | None
    sources: tuple[Share, ...]
    more_sources: Share | None
    languages: tuple[Share, ...]

    @property
    def today(self) -> int:
        return self.days[-1][1]

    @property
    def yesterday(self) -> int:
        return self.days[-2][1]

    @property
    def total_of_days(self) -> int:
        return sum(count for _day, count in self.days)


def action_statistics(action_id: int, *, today: date) -> Statistics:
    """Days are in UTC. A withdrawal is subtracted from the day of its confirmation."""
    countries, more_countries = _shares(action_id, Tally.country_code)
    sources, more_sources = _shares(action_id, Tally.source)
    languages, _more = _shares(action_id, Tally.locale)
    days = _days(action_id, today)
    return Statistics(days, countries, more_countries, sources, more_sources, languages)


def count_by_source(action_id: int) -> dict[str, int]:
    """Confirmed signatures by the source in the link that people followed, the largest first."""
    total = func.sum(Tally.confirmed)
    rows = select(Tally.source, total).where(
        Tally.action_id == action_id, Tally.source.is_not(None)
    )
    rows = rows.group_by(Tally.source).having(total > 0).order_by(total.desc(), Tally.source)
    found = db.session.execute(rows.limit(MAX_SOURCES_LISTED))
    return {str(source): int(count) for source, count in found if source}


def _days(action_id: int, today: date) -> tuple[tuple[date, int], ...]:
    first = today - timedelta(days=DAYS_SHOWN - 1)
    rows = db.session.execute(
        select(Tally.day, func.sum(Tally.confirmed).label("confirmed"))
        .where(Tally.action_id == action_id, Tally.day >= first, Tally.day <= today)
        .group_by(Tally.day)
    )
    counts = {row.day: max(0, int(row.confirmed)) for row in rows}
    days = (first + timedelta(days=number) for number in range(DAYS_SHOWN))
    return tuple((day, counts.get(day, 0)) for day in days)


def _shares(
    action_id: int, column: SQLColumnExpression[str]
) -> tuple[tuple[Share, ...], Share | None]:
    """The largest shares, and one that sums up the rest, named by how many those are."""
    rows = db.session.execute(
        select(column, func.sum(Tally.confirmed).label("confirmed"))
        .where(Tally.action_id == action_id)
        .group_by(column)
        .having(func.sum(Tally.confirmed) > 0)
        .order_by(func.sum(Tally.confirmed).desc(), column)
    ).all()
    counts = [(str(row[0] or ""), int(row[1])) for row in rows]
    total = sum(count for _name, count in counts) or 1
    shares = tuple(Share(name, count, 100 * count / total) for name, count in counts[:MAX_SHARES])
    rest = counts[MAX_SHARES:]
    rest_count = sum(count for _name, count in rest)
    return shares, Share(str(len(rest)), rest_count, 100 * rest_count / total) if rest else None
