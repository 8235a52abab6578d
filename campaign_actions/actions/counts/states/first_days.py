"""The confirmed of each day since the first, read from tallies by state."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date

from sqlalchemy import func, select

from campaign_actions.actions.counts.states.periods import DAY
from campaign_actions.actions.models import StateDay
from campaign_actions.core.db.session import db


def read_from_first_day(groups: Mapping[int, Collection[int]], today: date) -> dict[int, list[int]]:
    """By group of actions, how many had confirmed in all by the end of each day since the first, in UTC.

    Each goes up to today, also if nobody took part on the last days.
    """
    group_of = {action: group for group, actions in groups.items() for action in actions}
    rows = db.session.execute(
        select(StateDay.action_id, StateDay.day, StateDay.confirmed).where(
            StateDay.action_id.in_(group_of), StateDay.part == "all", StateDay.confirmed > 0
        )
    )
    by_day: dict[int, dict[date, int]] = defaultdict(lambda: defaultdict(int))
    for action_id, day, confirmed in rows:
        by_day[group_of[action_id]][day] += confirmed
    return {group: _cumulate(days, today) for group, days in by_day.items()}


def first_day_of(action_ids: Collection[int]) -> date | None:
    """The first day with a signature, in UTC."""
    days = select(func.min(StateDay.day)).where(
        StateDay.action_id.in_(action_ids), StateDay.part == "all"
    )
    return db.session.scalar(days)


def _cumulate(days: Mapping[date, int], today: date) -> list[int]:
    first, counts, total = min(days), [], 0
    for number in range((max(today, *days) - first).days + 1):
        total += days.get(first + number * DAY, 0)
        counts.append(total)
    return counts
