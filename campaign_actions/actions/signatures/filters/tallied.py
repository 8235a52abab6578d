"""How many signatures match a filter, read from the tallies by state instead of counted."""

from typing import Any

from sqlalchemy import ColumnElement, Row, func, select
from sqlalchemy.orm import InstrumentedAttribute

from campaign_actions.actions.counts.source_limit import OTHER_SOURCES
from campaign_actions.actions.models import COUNTED, StateDay, StateSourceLanguage
from campaign_actions.actions.signatures.filters.filter import SignatureFilter
from campaign_actions.core.db.session import db

PART_OF = {"country": "country", "language": "locale", "source": "source", "channel": "channel"}
LISTED = ("pending", COUNTED, "withdrawn", "invalid")  # others have no time, and are in no list


def count_tallied(action_id: int, wanted: SignatureFilter) -> int | None:
    """As of some seconds ago. None if no tally is kept for these filters.

    Tallies know the status, one of country, language, source and channel, and source with language.
    """
    place = _place_of(wanted)
    if place is None:
        return None
    part, value = place
    values = value.split(" ")
    table, its_value, is_part = _table_of(part, wanted.language)
    has_value = its_value.in_([*values, OTHER_SOURCES] if part == "source" else values)
    sums = (func.sum(getattr(table, state)).label(state) for state in (*LISTED, "kept"))
    rows = db.session.execute(
        select(its_value.label("value"), *sums)
        .where(table.action_id == action_id, is_part, has_value)
        .group_by(its_value)
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
    if values.keys() == {"source", "language"}:
        return "source", values["source"]
    if len(values) > 1:
        return None
    ((name, value),) = values.items()
    if name == "without" and value in PART_OF:
        return PART_OF[value], ""
    return (PART_OF[name], value) if name in PART_OF else None


def _table_of(
    part: str, language: str
) -> tuple[type[StateDay | StateSourceLanguage], InstrumentedAttribute[str], ColumnElement[bool]]:
    """Where a part is tallied, its value there, and which rows are of that part."""
    if part == "source" and language:
        of = StateSourceLanguage
        return of, of.source, of.locale == language
    return StateDay, StateDay.value, StateDay.part == part


def _sum(row: Row[*tuple[Any, ...]], wanted: SignatureFilter) -> int:
    """Those confirmed include people whose data was erased on schedule, who are in no list."""
    states = wanted.statuses if wanted.status else LISTED
    number = sum(int(getattr(row, state)) for state in states)
    return number - (int(row.kept) if COUNTED in states else 0)
