"""Which sources have a line of their own in the tallies: 100 an action and day, the rest are "other".

A source is what an address says, and anybody can make up addresses. The limit keeps the tallies
of a day as small as they are of use.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from sqlalchemy import Connection, insert, select, tuple_

from campaign_actions.actions.models import MAX_SOURCES, TallySource

OTHER_SOURCES = "other"
NOT_CAPPED = {"", OTHER_SOURCES}  # no source; whoever calls theirs "other" falls in with the rest
DailySource = tuple[int, date, str]  # action, day, source


def admit_sources(connection: Connection, wanted: Iterable[DailySource]) -> set[DailySource]:
    """Those of the lines that are kept; new sources are taken in while there is room for them.

    A source that was taken in stays, and a day that is full stays full: so a signature that goes
    is taken from the very line it was added to, whichever of the two is folded first. The caller
    has the actions to itself.
    """
    wanted = set(wanted)
    kept = {line for line in wanted if line[2] in NOT_CAPPED}
    if not wanted - kept:
        return kept
    numbers, known = _read_sources(connection, wanted - kept)
    new = []
    for action_id, day, source in sorted(wanted - kept - known):
        free = numbers[action_id, day]
        if free:
            row = {"action_id": action_id, "day": day, "source": source, "number": free.pop()}
            new.append(row)
            known.add((action_id, day, source))
    if new:
        connection.execute(insert(TallySource), new)
    return kept | known


def _read_sources(
    connection: Connection, lines: Iterable[DailySource]
) -> tuple[dict[tuple[int, date], list[int]], set[DailySource]]:
    """The numbers that are free on each of the days, the lowest last; and all lines there are."""
    days = sorted({(action_id, day) for action_id, day, _source in lines})
    of_days = select(TallySource.__table__).where(
        tuple_(TallySource.action_id, TallySource.day).in_(days)
    )
    taken, known = defaultdict(set), set()
    for row in connection.execute(of_days):
        taken[row.action_id, row.day].add(row.number)
        known.add((row.action_id, row.day, row.source))
    numbers = range(MAX_SOURCES, 0, -1)
    return {day: [number for number in numbers if number not in taken[day]] for day in days}, known
