"""How many signatures match a filter, read from the tallies by state instead of counted."""

from typing import Any

from sqlalchemy import Row, func, select

from campaign_actions.actions.counts.source_limit import OTHER_SOURCES
from campaign_actions.actions.models import COUNTED, StateDay
from campaign_actions.actions.signatures.filters.filter import SignatureFilter
from campaign_actions.core.db.session import db

PART_OF = {"country": "country", "language": "locale", "source": "source", "channel": "channel"}
LISTED = ("pending", COUNTED, "withdrawn", "invalid")  # others have no time, and are in no list


def count_tallied(action_id: int, wanted: SignatureFilter) -> int | None:
    """As of some seconds ago. None if no tally is kept for these filters.

    Tallies know the status, and one of country, language, source and channel.
    """
    place = _place_of(wanted)
    if place is None:
        return None
    part, value = place
    values = value.split(" ")
    has_value = StateDay.value.in_([*values, OTHER_SOURCES] if part == "source" else values)
    sums = (func.sum(getattr(StateDay, state)).label(state) for state in (*LISTED, "kept"))
    rows = db.session.execute(
        select(StateDay.value, *sums)
        .where(StateDay.action_id == action_id, StateDay.part == part, has_value)
        .group_by(StateDay.value)
    ).all()
    found = {row.value: row for row in rows}
    if part == "source" and value and OTHER_SOURCES in found:
        return None  # some days had too many sources, and it may be among the others
    return sum(_sum(found[one], wanted) for one in values if one in found)


def _place_of(wanted: SignatureFilter) -> tuple[str, str] | None:
    """The part of the tallies and its value; None if they do not know the filters."""
    values = wanted.without_status().filter()
    if not values:
        return "all", ""
    if len(values) > 1:
        return None
    ((name, value),) = values.items()
    if name == "without" and value in PART_OF:
        return PART_OF[value], ""
    return (PART_OF[name], value) if name in PART_OF else None


def _sum(row: Row[*tuple[Any, ...]], wanted: SignatureFilter) -> int:
    """Those confirmed include people whose data was erased on schedule, who are in no list."""
    states = wanted.statuses if wanted.status else LISTED
    number = sum(int(getattr(row, state)) for state in states)
    return number - (int(row.kept) if COUNTED in states else 0)
