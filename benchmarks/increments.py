"""The time of an increment, which depends on the changes alone, and a million rows as XLSX."""

import re
from statistics import median

from benchmarks.exports import EXPORT, count_seconds, delete_signatures, seed, watch
from benchmarks.stand import Database, Effort, Postgres, Row, Sqlite
from tests.support.servers import PROGRAM, run

CHANGES = (1_000, 10_000)
LARGEST = 1_000_000  # rows
MAX_MEMORY = 100  # MB, of a million rows as XLSX
# As withdrawals and corrections do, for signatures spread over the whole action.
CHANGE = """
update signatures set updated_at = updated_at where id in
 (select id from signatures where status = 'confirmed' and id % {step} = 0 order by id limit {changes})
"""


def increments(postgres: Postgres, sqlite: Sqlite, effort: Effort) -> list[Row]:
    """Seconds of `--since`, without the start of the program, with few and with many signatures."""
    sizes = [size for size in effort.sizes if size]
    rows = []
    for database in (postgres, sqlite):
        small = _measure(database, sizes[0], effort)
        large = _measure(database, sizes[-1], effort)
        for changes in CHANGES:
            beside = (
                f"{large[changes] / small[changes]:.2f} times that with {sizes[0]:,} signatures"
                f" ({1000 * small[changes]:,.0f} ms)"
            )
            what = f"{database.name}: {changes:,} changes among {sizes[-1]:,} signatures"
            rows.append(Row(what, 1000 * large[changes], " ms", beside))
        if database is postgres:
            rows.append(_largest_sheet(postgres))
        delete_signatures(database)
    return rows


def _measure(database: Database, size: int, effort: Effort) -> dict[int, float]:
    """By number of changes, the seconds of an increment besides the start of the program."""
    _fill(database, size)
    target = str(database.folder / "export.csv")
    base = _number_of(run(database.env, *EXPORT, target))
    start = count_seconds(database, effort)
    found = {}
    for changes in CHANGES:
        seconds = []
        for _round in range(effort.rounds):
            database.execute(CHANGE.format(step=size // changes, changes=changes))
            command = [*PROGRAM, *EXPORT, target, "--since", str(base)]
            seconds.append(watch(command, database)[0] - start)
            base = int(database.value("select max(id) from export_records"))
        found[changes] = median(seconds)
    return found


def _largest_sheet(postgres: Postgres) -> Row:
    """Of the signatures that are there, if they are so many."""
    if postgres.value("select count(*) from signatures") < LARGEST:
        _fill(postgres, LARGEST)
    target = str(postgres.folder / "export.xlsx")
    command = [*PROGRAM, *EXPORT, target, "--format", "xlsx"]
    seconds, _cpu, memory = watch(command, postgres)
    beside = f"{memory / MAX_MEMORY:.2f} of the limit of {MAX_MEMORY} MB; {seconds:.0f} s"
    return Row("PostgreSQL: peak memory of 1,000,000 rows as XLSX", memory, " MB", beside)


def _fill(database: Database, size: int) -> None:
    """Signatures whose changes the worker has numbered, as the planner of the database then knows."""
    delete_signatures(database)
    seed(database, database.action_id(), size)
    run(database.env, "outbox", "deliver")
    database.analyze_and_checkpoint()


def _number_of(output: str) -> int:
    """The number of the export that a command has made."""
    return int(re.findall(r"Export (\d+)\.", output)[-1])
