"""Rows per second and memory of an export, on both databases, each compared with its limit."""

import re
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from statistics import median

from benchmarks.stand import Database, Effort, Postgres, Row, Sqlite
from tests.support.servers import PROGRAM, run

EXPORT = ["signatures", "export", "racism/hate-crimes", "--output"]
COUNT = ["signatures", "count", "racism/hate-crimes"]
SEED = """
insert into signatures (public_id, action_id, kind, status, email, email_key, given_name, family_name,
 country_code, locale, comment, show_comment, show_name, wants_updates, answers, consent_version, channel,
 source, signed_at, confirmed_at, updated_at)
select {id}, {action}, 'petition', 'confirmed', 'signer-' || n || '@example.org',
 {key}, 'Мария', 'Иванова-' || n, 'RU', 'ru',
 case when n % 3 = 0 then 'Потому что это касается каждого, ' || n end, n % 6 = 0, n % 2 = 0, n % 5 = 0,
 '{{}}', 1, 'page', case when n % 4 = 0 then 'leaflet' end, ts, ts, ts
from ({numbers}) numbers
"""
IN = {
    "PostgreSQL": {
        "id": "substr(md5('id' || n), 1, 26)",
        "key": "md5(n::text) || 'ffffffff'",
        "numbers": "select n, timestamp '2026-11-01' + n * interval '1.000037 seconds' as ts"
        " from generate_series(1, {rows}) n",
    },
    "SQLite": {
        "id": "printf('%026d', n)",
        "key": "printf('%040d', n)",
        "numbers": "with recursive series(n) as (select 1 union all select n + 1 from series"
        " where n < {rows}) select n, datetime('2026-11-01', n || ' seconds')"
        " || printf('.%06d', n * 37 % 1000000) as ts from series",
    },
}


def seed(database: Database, action_id: int, rows: int) -> None:
    """Insert realistic confirmed signatures: a third have a comment, a quarter came from a leaflet.

    Times have microseconds, like those that the program stores.
    """
    words = {name: text.format(rows=rows) for name, text in IN[database.name].items()}
    database.execute(SEED.format(action=action_id, **words))
    database.analyze_and_checkpoint()


def exports(postgres: Postgres, sqlite: Sqlite, effort: Effort) -> list[Row]:
    """Rows per second and memory of the whole command, and rows per second without its start."""
    rows = _start(postgres, effort)
    for database, limits in ((postgres, _limits_of_postgres), (sqlite, _limits_of_sqlite)):
        delete_signatures(database)
        seed(database, database.action_id(), effort.exported)
        peers = limits(database, effort)
        rows += [*peers, *_formats(database, effort, peers[-1].figure)]
        delete_signatures(database)
    return rows


def delete_signatures(database: Database) -> None:
    """Delete all signatures, and what refers to them."""
    tables = ("export_deletions", "exported_actions", "export_records", "outbox_mails")
    for table in (*tables, "signatures", "signature_changes"):
        database.execute(f"delete from {table}")


def count_seconds(database: Database, effort: Effort) -> float:
    """Wall-clock seconds of the start of a command."""
    return _watch([*PROGRAM, *COUNT], database, effort)[0]


def watch(command: list[str], database: Database) -> tuple[float, float, float]:
    """Wall-clock seconds, CPU seconds and peak memory in MB of a command that runs once."""
    seconds, cpu, memory = _watched(command, database.env)
    return seconds, cpu, memory


def _start(database: Database, effort: Effort) -> list[Row]:
    """The start-up cost of every command, which the rates below include."""
    libraries = "import flask_sqlalchemy, sqlalchemy.dialects.postgresql, psycopg"
    floor = _watch([sys.executable, "-c", libraries], database, effort)
    count = _watch([*PROGRAM, *COUNT], database, effort)
    beside = f"{count[1] / floor[1]:.1f} times these imports; peak {count[2]:.0f} MB"
    return [
        Row("import of Flask, SQLAlchemy, psycopg", floor[1], " s CPU", f"peak {floor[2]:.0f} MB"),
        Row("signatures count, including start-up", count[1], " s CPU", beside),
    ]


def _limits_of_postgres(postgres: Postgres, effort: Effort) -> list[Row]:
    plain = "COPY signatures TO STDOUT (FORMAT csv, HEADER)"
    table, same = (
        median(_copy(postgres, statement, effort) for _ in range(effort.rounds))
        for statement in (plain, _statement(postgres))
    )
    beside = f"{same / table:.2f} of the table"
    return [
        Row("psql, COPY of the table as CSV", table, " rows/s", "the limit"),
        Row("psql, COPY of the export's statement", same, " rows/s", beside),
    ]


def _limits_of_sqlite(sqlite: Sqlite, effort: Effort) -> list[Row]:
    plain = median(_fetch(sqlite, effort) for _ in range(effort.rounds))
    return [Row("Python's sqlite3, all rows unchanged", plain, " rows/s", "the limit")]


def _formats(database: Database, effort: Effort, limit: float) -> list[Row]:
    start = count_seconds(database, effort)
    rows = []
    for name in ("csv", "jsonl", "xlsx"):
        command = [*PROGRAM, *EXPORT, str(database.folder / f"export.{name}"), "--format", name]
        seconds, cpu, memory = _watch(command, database, effort)
        rate, after = effort.exported / seconds, effort.exported / (seconds - start)
        beside = (
            f"{rate / limit:.2f} of the database alone; {after:,.0f} rows/s without start-up"
            f" ({after / limit:.2f}); {cpu:.1f} s CPU, peak {memory:.0f} MB"
        )
        rows.append(Row(f"{database.name}: export as {name.upper()}", rate, " rows/s", beside))
    return rows


def _statement(postgres: Postgres) -> str:
    """The COPY statement that the program sends, taken from the server's log."""
    logging = postgres.env | {"PGOPTIONS": "-c log_statement=all"}
    run(logging, *EXPORT, str(postgres.folder / "export.csv"))
    logged = Path(postgres.server.log).read_text(encoding="utf-8")
    return re.findall(r"COPY \(SELECT.+?'UTF8'\)", logged, re.DOTALL)[-1]


def _copy(postgres: Postgres, statement: str, effort: Effort) -> float:
    """Rows per second of psql, which writes what the server sends."""
    psql = [postgres.programs / "psql", "-q", postgres.url, "-c", statement]
    started = time.perf_counter()
    with (postgres.folder / "peer.csv").open("wb") as file:
        subprocess.run(psql, check=True, stdout=file)
    return effort.exported / (time.perf_counter() - started)


def _fetch(sqlite: Sqlite, effort: Effort) -> float:
    """Rows per second of the driver alone, fetching 500 at a time."""
    started = time.perf_counter()
    with closing(sqlite.connect()) as connection:
        rows = connection.execute("select * from signatures order by action_id, signed_at, id")
        while rows.fetchmany(500):
            pass
    return effort.exported / (time.perf_counter() - started)


def _watch(command: list[str], database: Database, effort: Effort) -> tuple[float, float, float]:
    """Wall-clock seconds, CPU seconds and peak memory in MB (10^6 bytes) of a command, as medians."""
    rounds = [_watched(command, database.env) for _ in range(1 + effort.rounds)][1:]
    seconds, cpu, memory = (median(values) for values in zip(*rounds, strict=True))
    return seconds, cpu, memory


def _watched(command: list[str], env: dict[str, str]) -> tuple[float, float, float]:
    """Run a command from a small process, because its peak memory includes that of its parent."""
    output = subprocess.run(
        [sys.executable, "-c", WATCH, *command], env=env, check=True, capture_output=True, text=True
    ).stdout
    seconds, cpu, memory = map(float, output.split()[-3:])
    return seconds, cpu, memory * 1024 / 1e6


WATCH = """
import os, sys, time
started = time.perf_counter()
process = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ)
_, status, used = os.wait4(process, 0)
assert status == 0
print(time.perf_counter() - started, used.ru_utime + used.ru_stime, used.ru_maxrss)
"""
