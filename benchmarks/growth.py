"""What does not grow: signing, pages and counts under an action that nobody or a million signed."""

import sqlite3
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.signing import CLIENTS, posts
from benchmarks.stand import ACTION, Postgres, environment, middle, wrk
from campaign_actions import create_app
from campaign_actions.actions.confirming import confirm
from campaign_actions.actions.models import Signature
from campaign_actions.core.database import db
from tests.running import run, serving

SIZES = (0, 100_000, 1_000_000)  # confirmed signatures
SECONDS = 6
ROUNDS = 3
CONFIRMATIONS = 150  # a second
LAG_SECONDS = 10
LOOK = 0.005  # seconds between two looks at the count
Row = tuple[str, str, str]

# In SQL that both databases have. A day has 10,000 signatures, and each day 40 lines of tallies.
NUMBERS = "with recursive numbers(n) as (select 0 union all select n + 1 from numbers where n < {rows} - 1)"
DAY = {
    "postgresql": "date '2020-01-01' + n / 10000",
    "sqlite": "date('2020-01-01', '+' || (n / 10000) || ' days')",
}
KEY = {"postgresql": "md5(n::text) || '00000000'", "sqlite": "lower(hex(randomblob(20)))"}
SIGNATURES = """
insert into signatures (public_id, action_id, status, email, email_key, given_name, family_name,
 country_code, locale, show_name, wants_updates, answers, consent_version, channel, source,
 signed_at, confirmed_at, updated_at, due_at)
{numbers}
select '{status}-' || n, {action}, '{status}', '{status}-' || n || '@example.org', {key}, 'Мария',
 'Иванова', 'RU', 'ru', false, false, '{{}}', 1, 'page', 'source-' || (n % 40), {day},
 case '{status}' when 'confirmed' then {day} end, {day},
 case '{status}' when 'pending' then {later} end
from numbers
"""
LATER = {"postgresql": "timestamp '2100-01-01'", "sqlite": "'2100-01-01 00:00:00.000000'"}
TALLIES = """
insert into tallies (action_id, day, country_code, locale, source, confirmed)
select action_id, date(confirmed_at), 'RU', 'ru', source, count(*) from signatures
where status = 'confirmed' group by 1, 2, 5
"""
SOURCES = """
insert into tally_sources (action_id, day, number, source)
select action_id, day, row_number() over (partition by action_id, day order by source), source
from tallies
"""
COUNTS = "insert into action_counts (action_id, confirmed) values ({action}, {rows})"
EMPTY = ("outbox_mails", "tally_ledger", "tallies", "tally_sources", "action_counts", "signatures")


def growth(postgres: Postgres, env: dict[str, str], folder: Path) -> list[Row]:
    """At each size on both databases: a figure, and its ratio to that under an action without any."""
    sqlite = folder / "growth.sqlite"
    of_sqlite = environment(folder, f"sqlite:///{sqlite}")
    run(of_sqlite, "db", "upgrade")
    run(of_sqlite, "demo", "load")
    return [
        *_on("PostgreSQL", _Database(postgres.url, "postgresql"), env, folder),
        *_on("SQLite", _Database(str(sqlite), "sqlite"), of_sqlite, folder),
    ]


def _on(name: str, database: "_Database", env: dict[str, str], folder: Path) -> list[Row]:
    env = env | {"CAMPAIGN_ACTIONS_CACHE_SECONDS": "0", "CAMPAIGN_ACTIONS_MAIL_URL": "file:"}
    rows: list[Row] = []
    first: dict[str, float] = {}
    for size in SIZES:
        database.fill(size)
        for what, (figure, unit) in _measure(database, env, folder).items():
            ratio = figure / first.setdefault(what, figure)
            beside = f"{ratio:.2f} of that with none" if size else "with none"
            rows.append((f"{what}, {name}, {size:,} signatures", f"{figure:,.0f}{unit}", beside))
    return rows


def _measure(
    database: "_Database", env: dict[str, str], folder: Path
) -> dict[str, tuple[float, str]]:
    with serving(env):
        lags = _lags(database, env)
    with serving(env, "--no-outbox") as server:
        page, count = server.address + ACTION, f"{server.address}{ACTION}count.json"
        script = posts(server.address, folder)
        urllib.request.urlopen(page).close()
        return {
            "action page, rendered each time": (_rate(page, clients=16), "/s"),
            "count.json, uncached": (_rate(count, clients=16), "/s"),
            "signatures accepted": (_rate(page, clients=CLIENTS, script=script), "/s"),
            "a confirmation is in the count after": (middle(lags) * 1000, " ms"),
        }


def _rate(address: str, **options: Any) -> float:
    return middle([wrk(address, seconds=SECONDS, **options)["rate"] for _ in range(ROUNDS)])


def _lags(database: "_Database", env: dict[str, str]) -> list[float]:
    """Seconds from the commit of each confirmation until the count holds it, a worker running."""
    committed: list[float] = []
    over = threading.Event()
    confirming = threading.Thread(target=_confirm_steadily, args=(env, database, committed, over))
    seen: list[float] = []  # when the count was first seen to hold so many of them
    with database.connected() as connection:
        start = database.count(connection)
        confirming.start()
        while not over.is_set() or len(seen) < len(committed):
            now = time.monotonic()
            seen += [now] * (database.count(connection) - start - len(seen))
            time.sleep(LOOK)
    confirming.join()
    return [shown - at for at, shown in zip(committed, seen, strict=True)]


def _confirm_steadily(
    env: dict[str, str], database: "_Database", committed: list[float], over: threading.Event
) -> None:
    """150 a second, one after the other, so that the count reaches them in their order."""
    settings = {
        name.removeprefix("CAMPAIGN_ACTIONS_"): value
        for name, value in env.items()
        if name.startswith("CAMPAIGN_ACTIONS_SQLALCHEMY_DATABASE")
    }
    app = create_app(settings | {"SECRET_KEY": "of no use here", "EMAIL_HASH_KEY": "nor this"})
    started = time.monotonic()
    try:
        with app.app_context():
            for number, signature_id in enumerate(database.pending()):
                signature = Signature(id=signature_id)
                time.sleep(max(0.0, started + number / CONFIRMATIONS - time.monotonic()))
                confirm(signature, now=datetime.now(UTC))
                committed.append(time.monotonic())
            db.engine.dispose()
    finally:
        over.set()


class _Database:
    """The database of a run, filled and asked without the program."""

    def __init__(self, address: str, dialect: str) -> None:
        self.address, self.dialect = address, dialect

    @contextmanager
    def connected(self) -> Iterator[Any]:
        if self.dialect == "sqlite":
            connection: Any = sqlite3.connect(self.address, isolation_level=None, timeout=30)
        else:
            connection = psycopg.connect(self.address, autocommit=True)
        try:
            yield connection
        finally:
            connection.close()

    def fill(self, rows: int) -> None:
        with self.connected() as connection:
            (self.action_id,) = connection.execute(
                "select id from actions where slug = 'hate-crimes'"
            ).fetchone()
            for table in EMPTY:
                connection.execute(f"delete from {table}")
            if rows:
                self._insert(connection, rows, "confirmed")
            connection.execute(TALLIES)
            connection.execute(SOURCES)
            connection.execute(COUNTS.format(action=self.action_id, rows=rows))
            self._insert(connection, CONFIRMATIONS * LAG_SECONDS, "pending")
            if self.dialect == "postgresql":
                connection.execute("vacuum analyze")
                connection.execute("checkpoint")

    def _insert(self, connection: Any, rows: int, status: str) -> None:
        words = {name: of[self.dialect] for name, of in (("day", DAY), ("later", LATER))}
        key = f"substr('{status[0]}' || {KEY[self.dialect]}, 1, 40)"
        numbers = NUMBERS.format(rows=rows)
        connection.execute(
            SIGNATURES.format(
                numbers=numbers, status=status, action=self.action_id, key=key, **words
            )
        )

    def pending(self) -> list[int]:
        with self.connected() as connection:
            found = connection.execute("select id from signatures where status = 'pending'")
            return [row[0] for row in found]

    def count(self, connection: Any) -> int:
        of_action = f"select confirmed from action_counts where action_id = {self.action_id}"
        return int(connection.execute(of_action).fetchone()[0])
