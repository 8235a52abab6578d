"""Thirty thousand of a million signatures are marked invalid and made valid again while people sign."""

import http.client
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from statistics import median
from urllib.parse import urlencode, urlsplit
from urllib.request import urlopen

from benchmarks.growth import EMPTY, confirm_many
from benchmarks.signing import hidden_fields
from benchmarks.stand import ACTION, Database, Effort, Postgres, Row, Sqlite
from campaign_actions import create_app
from campaign_actions.actions.signatures.filters.filter import SignatureFilter
from campaign_actions.actions.signatures.invalidation import jobs
from campaign_actions.core.db.session import db
from tests.support.servers import serving

FAKES = 30_000
LIMIT_SECONDS = 30
SIGNERS, PER_SECOND = 10, 10  # people who sign at once, and how often each of them does
LOOK = 0.1  # seconds between two readings
WHO = {"action": "racism/hate-crimes", "actor": "bench@example.org"}
MAKE_FAKES = """
update signatures set email = 'x' || id || '@bulk.example' where action_id = {action}
 and id % {every} = 0
"""
# The days of the seed are times without hours, which SQLite's text does not compare with others.
WHOLE_TIMES = "update signatures set signed_at = signed_at || ' 00:00:00.000000'"
# In one statement, so from one snapshot: what is counted, and what batches have taken from it.
TOTAL = """
select (select confirmed from action_counts where action_id = {action})
 + (select coalesce(sum(change), 0) from tally_ledger where action_id = {action})
 + (select coalesce(sum(rows_marked - rows_undone), 0) from invalidation_batches)
"""


class Load:
    """People who sign: their times in milliseconds, and answers that are not what they should be."""

    def __init__(self) -> None:
        self.taken: list[float] = []
        self.errors = 0
        self.is_over = False

    @property
    def slow(self) -> float:
        return sorted(self.taken)[int(len(self.taken) * 0.95)]


def invalidation(postgres: Postgres, sqlite: Sqlite, effort: Effort) -> list[Row]:
    """How long both take, how long people wait, and whether the counts are exact."""
    return [row for database in (postgres, sqlite) for row in _measure(database, effort)]


def _measure(database: Database, effort: Effort) -> list[Row]:
    """Medians of the rounds, which all have the same signatures, as each of them undoes what it did."""
    size = effort.sizes[-1]
    action_id = database.action_id()
    for table in EMPTY:
        database.execute(f"delete from {table}")
    confirm_many(database, action_id, size)
    database.execute(MAKE_FAKES.format(action=action_id, every=size // FAKES))
    if isinstance(database, Sqlite):
        database.execute(WHOLE_TIMES)
    database.analyze_and_checkpoint()
    of_all = f"{database.name}: {FAKES:,} of {size:,}"
    app = create_app({"SQLALCHEMY_DATABASE_URI": database.url, "SECRET_KEY": "of no use here"})
    with serving(database.env) as server, _signing(server.address) as load, app.app_context():
        rounds = [_round(database) for _ in range(effort.rounds)]
        db.engine.dispose()
    marking, undoing = zip(*rounds, strict=True)
    totals = [total for watched in (*marking, *undoing) for total in watched.totals]
    wrong = sum(total != size for total in totals)
    rate = len(load.taken) / sum(watched.seconds for watched in (*marking, *undoing))
    limit = f"limit {LIMIT_SECONDS} s, while {rate:.0f} people sign a second"
    marked = int(database.value("select max(rows_marked) from invalidation_batches"))
    database.execute("delete from invalidation_batches")
    return [
        Row(f"{of_all}: marked invalid ({marked:,})", _seconds(marking), " s", limit),
        Row(f"{of_all}: made valid again ({marked:,})", _seconds(undoing), " s", limit),
        Row(f"{of_all}: signing, 95th percentile", load.slow, " ms", "limit 250 ms"),
        Row(f"{of_all}: error responses", load.errors, "", f"none of {len(load.taken):,}"),
        Row(f"{of_all}: wrong counts", wrong, "", f"none of {len(totals)} readings on the way"),
    ]


class Watched:
    """How long something took, and the totals that were read on the way."""

    def __init__(self) -> None:
        self.totals: list[int] = []
        self.seconds = 0.0


def _seconds(rounds: Iterable[Watched]) -> float:
    return median(watched.seconds for watched in rounds)


def _round(database: Database) -> tuple[Watched, Watched]:
    """Mark the fakes and undo it. Raises RuntimeError if not all were marked and made valid again."""
    wanted = SignatureFilter(domain="bulk.example")
    now = datetime.now(UTC)
    batch = jobs.start(database.action_id(), wanted, reason="script", now=now, **WHO)
    marking = _wait(database, batch, "done")
    jobs.start_undo(batch, now=datetime.now(UTC), **WHO)
    undoing = _wait(database, batch, "undone")
    marked, undone = _figures(database, batch)
    if marked != undone or marked < FAKES:
        raise RuntimeError(f"{marked} were marked, and {undone} made valid again.")
    return marking, undoing


def _wait(database: Database, batch: int, state: str) -> Watched:
    seen, started = Watched(), time.perf_counter()
    reached = f"select state from invalidation_batches where id = {batch}"
    while database.value(reached) != state:
        seen.totals.append(int(database.value(TOTAL.format(action=database.action_id()))))
        time.sleep(LOOK)
    seen.seconds = time.perf_counter() - started
    seen.totals.append(int(database.value(TOTAL.format(action=database.action_id()))))
    return seen


def _figures(database: Database, batch: int) -> tuple[int, int]:
    query = "select {} from invalidation_batches where id = " + str(batch)
    return tuple(int(database.value(query.format(name))) for name in ("rows_marked", "rows_undone"))


@contextmanager
def _signing(address: str) -> Iterator[Load]:
    """People who sign at a steady rate, each of them as a different person each time."""
    load = Load()
    with urlopen(address + ACTION) as answer:
        fields = hidden_fields(answer.read().decode())
    who = range(SIGNERS)
    signers = [threading.Thread(target=_sign, args=(address, fields, one, load)) for one in who]
    for signer in signers:
        signer.start()
    try:
        yield load
    finally:
        load.is_over = True
        for signer in signers:
            signer.join()


def _sign(address: str, fields: dict[str, str], signer: int, load: Load) -> None:
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
    person = {"given_name": "Ada", "family_name": "Lovelace", "country": "RU"}
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    number, run = 0, time.time_ns()
    while not load.is_over:
        number += 1
        email = f"bench-{run}-{signer}-{number}@example.org"
        started = time.perf_counter()
        connection.request("POST", ACTION, urlencode(fields | person | {"email": email}), headers)
        answer = connection.getresponse()
        answer.read()
        taken = time.perf_counter() - started
        load.taken.append(taken * 1000)
        load.errors += answer.status != 303
        time.sleep(max(0.0, 1 / PER_SECOND - taken))
