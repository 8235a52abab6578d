"""The cap on sources in the tallies: 100 for each action and day, the rest are "other".

A source comes from the address of the page, so anyone can invent new ones. Without the cap that
would let them fill the tallies.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import Connection, insert, select, tuple_

from campaign_actions.actions.models import MAX_SOURCES, StateSource, TallySource

SOURCE_PATTERN = re.compile(r"[a-z0-9._-]{1,40}")  # anything else in an address is ignored
OTHER_SOURCES = "other"
NOT_CAPPED = {"", OTHER_SOURCES}  # no source, or one that is really called "other"
DailySource = tuple[int, date, str]  # action, day, source


def source_in(query: Mapping[str, str]) -> str | None:
    """The source in the query of an address, if it is well-formed. Its case does not matter."""
    source = (query.get("source") or query.get("utm_source") or "").strip().lower()
    return source if SOURCE_PATTERN.fullmatch(source) else None


def admit_sources(
    connection: Connection,
    wanted: Iterable[DailySource],
    table: type[TallySource | StateSource] = TallySource,
) -> set[DailySource]:
    """The sources that are tallied by name. New ones are admitted while there is room.

    An admitted source stays, and a full day stays full. So a withdrawal is subtracted from the tally
    that its confirmation was added to, whichever is folded first. The caller holds the locks of the
    actions.
    """
    wanted = set(wanted)
    not_capped = {one for one in wanted if one[2] in NOT_CAPPED}
    capped = wanted - not_capped
    if not capped:
        return not_capped
    free_numbers, admitted = _read_sources(connection, capped, table)
    new = []
    for action_id, day, source in sorted(capped - admitted):
        if numbers := free_numbers[action_id, day]:
            row = {"action_id": action_id, "day": day, "source": source, "number": numbers.pop()}
            new.append(row)
            admitted.add((action_id, day, source))
    if new:
        connection.execute(insert(table), new)
    return not_capped | admitted


def _read_sources(
    connection: Connection,
    wanted: Iterable[DailySource],
    table: type[TallySource | StateSource],
) -> tuple[dict[tuple[int, date], list[int]], set[DailySource]]:
    """The free numbers of each action and day, lowest last; and the sources admitted so far."""
    days = sorted({(action_id, day) for action_id, day, _source in wanted})
    is_of_days = tuple_(table.action_id, table.day).in_(days)
    taken, admitted = defaultdict(set), set()
    for row in connection.execute(select(table.__table__).where(is_of_days)):
        taken[row.action_id, row.day].add(row.number)
        admitted.add((row.action_id, row.day, row.source))
    numbers = range(MAX_SOURCES, 0, -1)
    free = {day: [number for number in numbers if number not in taken[day]] for day in days}
    return free, admitted
