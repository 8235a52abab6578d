"""How long the worker looks for suspicious clusters in an attack, with few or a million signatures before."""

import time
from datetime import UTC, datetime
from statistics import median

from benchmarks.growth import EMPTY, KEY, LATER, NUMBERS, SIGNATURES, confirm_many
from benchmarks.stand import Database, Effort, Postgres, Row, Sqlite
from campaign_actions import create_app
from campaign_actions.actions.signatures.clusters.find import find_clusters
from campaign_actions.actions.signatures.clusters.rules import Thresholds
from campaign_actions.core.db.session import db

ATTACKERS = 20_000  # in ten minutes
FEW = 5000  # signatures before, with which the others are compared
LIMIT = 1000  # milliseconds, of the minute between two looks
TIMES = 5
AGO = {  # spread over ten minutes
    "PostgreSQL": "(now() at time zone 'UTC') - (n % 590) * interval '1 second'",
    "SQLite": "strftime('%Y-%m-%d %H:%M:%f000', 'now', '-' || (n % 590) || ' seconds')",
}
# Half of them with one domain, the others with many; a third is filled in fast.
MAKE_FAKES = """
update signatures set email = 'x' || id || case when id % 2 = 0 then '@bulk.example'
 else '@d' || (id % 5000) || '.example' end, fill_time = case when id % 3 = 0 then 'fast' else 'usual' end
where status = 'pending'
"""


def clusters(postgres: Postgres, sqlite: Sqlite, effort: Effort) -> list[Row]:
    """The milliseconds of one look, by database and size, beside the limit and the first size."""
    rows: list[Row] = []
    for database in (postgres, sqlite):
        first = 0.0
        for size in (FEW, effort.sizes[-1]):
            _fill(database, size)
            taken = _look(database)
            first = first or taken
            beside = f"limit {LIMIT} ms; {taken / first:.2f} times the result with {FEW:,}"
            what = f"{database.name}: {ATTACKERS:,} signatures in ten minutes, {size:,} before"
            rows.append(Row(what, taken, " ms", beside))
    return rows


def _look(database: Database) -> float:
    app = create_app({"SQLALCHEMY_DATABASE_URI": database.url, "SECRET_KEY": "of no use here"})
    taken = []
    with app.app_context():
        thresholds = Thresholds.by(app.config)
        for _time in range(TIMES):
            started = time.perf_counter()
            find_clusters(datetime.now(UTC), thresholds=thresholds)
            taken.append((time.perf_counter() - started) * 1000)
        db.engine.dispose()
    if not database.value("select count(*) from signature_clusters where rule = 'domain'"):
        raise RuntimeError("No cluster was found.")
    return median(taken)


def _fill(database: Database, size: int) -> None:
    action_id = database.action_id()
    for table in ("signature_clusters", *EMPTY):
        database.execute(f"delete from {table}")
    confirm_many(database, action_id, size)
    database.execute(
        SIGNATURES.format(
            numbers=NUMBERS.format(rows=ATTACKERS),
            status="pending",
            action=action_id,
            key=f"substr('p' || {KEY[database.name]}, 1, 40)",
            day=AGO[database.name],
            later=LATER[database.name],
        )
    )
    database.execute(MAKE_FAKES)
    database.analyze_and_checkpoint()
