"""Rows a second of an export and the memory it takes, on both databases, each beside its limit."""

import re
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.stand import Postgres, environment, middle
from tests.running import PROGRAM, run

ROWS = 500_000
ROUNDS = 3
EXPORT = ["signatures", "export", "racism/hate-crimes", "--output"]
SEED = """
insert into signatures (public_id, action_id, status, email, email_key, given_name, family_name,
 country_code, locale, comment, show_name, wants_updates, answers, consent_version, channel, source,
 signed_at, confirmed_at, updated_at)
select {id}, {action}, 'confirmed', 'signer-' || n || '@example.org',
 {key}, 'Мария', 'Иванова-' || n, 'RU', 'ru',
 case when n % 3 = 0 then 'Потому что это касается каждого, ' || n end, n % 2 = 0, n % 5 = 0, '{{}}', 1,
 'page', case when n % 4 = 0 then 'leaflet' end, ts, ts, ts
from ({numbers}) numbers
"""
IN_POSTGRES = {
    "id": "substr(md5('id' || n), 1, 26)",
    "key": "md5(n::text) || 'ffffffff'",
    "numbers": f"select n, timestamp '2026-11-01' + n * interval '1 second' as ts"
    f" from generate_series(1, {ROWS}) n",
}
IN_SQLITE = {
    "id": "printf('%026d', n)",
    "key": "printf('%040d', n)",
    "numbers": "with recursive series(n) as (select 1 union all select n + 1 from series"
    f" where n < {ROWS}) select n, datetime('2026-11-01', n || ' seconds') || '.000000' as ts from series",
}
Row = tuple[str, str, str]


def exports(postgres: Postgres, env: dict[str, str], folder: Path) -> list[Row]:
    """As installed: an installer compiles the program, so it is not told to leave that out."""
    env = {name: value for name, value in env.items() if name != "PYTHONDONTWRITEBYTECODE"}
    on_sqlite = env | environment(folder, f"sqlite:///{folder / 'exports.sqlite'}")
    on_sqlite.pop("PYTHONDONTWRITEBYTECODE", None)
    return [
        *_start(env),
        *_from_postgres(postgres, env, folder),
        *_from_sqlite(on_sqlite, folder),
    ]


def _start(env: dict[str, str]) -> list[Row]:
    """What every command pays before it begins: within the rates below."""
    libraries = "import flask_sqlalchemy, sqlalchemy.dialects.postgresql, psycopg"
    floor = _watch([sys.executable, "-c", libraries], env)
    count = _watch([*PROGRAM, "signatures", "count", "racism/hate-crimes"], env)
    return [
        ("import of Flask, SQLAlchemy, psycopg", f"{floor[1]:.2f} s CPU", f"{floor[2]:.0f} MB"),
        (
            "signatures count, start of the program included",
            f"{count[1]:.2f} s CPU",
            f"{count[1] / floor[1]:.1f} of these imports; {count[2]:.0f} MB at most",
        ),
    ]


def _from_postgres(postgres: Postgres, env: dict[str, str], folder: Path) -> list[Row]:
    postgres.execute("truncate signatures, outbox_mails")
    postgres.execute(SEED.format(action=postgres.action_id(), **IN_POSTGRES))
    postgres.execute("vacuum analyze signatures")
    statement = _statement(postgres, env, folder)
    table, same = (
        middle([_copy(postgres, copied, folder) for _ in range(ROUNDS)])
        for copied in ("COPY signatures TO STDOUT (FORMAT csv, HEADER)", statement)
    )
    return [
        ("psql, COPY of the table as csv", f"{table:,.0f} rows/s", "the limit"),
        (
            "psql, COPY of the export's statement",
            f"{same:,.0f} rows/s",
            f"{same / table:.2f} of the table",
        ),
        *_formats("PostgreSQL", env, folder, limit=same, of="of psql with that statement"),
    ]


def _from_sqlite(env: dict[str, str], folder: Path) -> list[Row]:
    run(env, "db", "upgrade")
    run(env, "demo", "load")
    file = folder / "exports.sqlite"
    with sqlite3.connect(file) as connection:
        (action,) = connection.execute(
            "select id from actions where slug = 'hate-crimes'"
        ).fetchone()
        connection.execute(SEED.format(action=action, **IN_SQLITE))
    plain = middle([_fetch(file) for _ in range(ROUNDS)])
    return [
        ("Python's sqlite3, all rows as they are", f"{plain:,.0f} rows/s", "the limit"),
        *_formats("SQLite", env, folder, limit=plain, of="of sqlite3"),
    ]


def _formats(
    database: str, env: dict[str, str], folder: Path, *, limit: float, of: str
) -> list[Row]:
    """The whole command, and what is left when its start is taken off."""
    start = _watch([*PROGRAM, "signatures", "count", "racism/hate-crimes"], env)[0]
    rows = []
    for name in ("csv", "jsonl", "xlsx"):
        command = [*PROGRAM, *EXPORT, str(folder / f"export.{name}"), "--format", name]
        seconds, cpu, memory = _watch(command, env)
        rows.append(
            (
                f"signatures export --format {name}, {database}",
                f"{ROWS / seconds:,.0f} rows/s",
                f"{ROWS / seconds / limit:.2f} {of};"
                f" {ROWS / (seconds - start):,.0f} after its start; {cpu:.1f} s CPU, {memory:.0f} MB at most",
            )
        )
    return rows


def _statement(postgres: Postgres, env: dict[str, str], folder: Path) -> str:
    """The COPY that the program sends, from the server's log."""
    logging = env | {"PGOPTIONS": "-c log_statement=all"}
    run(logging, *EXPORT, str(folder / "export.csv"))
    logged = Path(postgres.server.log).read_text(encoding="utf-8")
    return re.findall(r"COPY \(SELECT.+?'UTF8'\)", logged, re.DOTALL)[-1]


def _copy(postgres: Postgres, statement: str, folder: Path) -> float:
    """Rows a second of psql, which writes what the server sends."""
    psql = [postgres.programs / "psql", "-q", postgres.url, "-c", statement]
    started = time.perf_counter()
    with (folder / "peer.csv").open("wb") as file:
        subprocess.run(psql, check=True, stdout=file)
    return ROWS / (time.perf_counter() - started)


def _fetch(file: Path) -> float:
    """Rows a second of the driver alone, some hundred at a time."""
    started = time.perf_counter()
    with sqlite3.connect(file) as connection:
        rows = connection.execute("select * from signatures order by action_id, signed_at, id")
        while rows.fetchmany(500):
            pass
    return ROWS / (time.perf_counter() - started)


def _watch(command: list[str], env: dict[str, str]) -> tuple[float, float, float]:
    """Seconds, CPU seconds, and the largest memory in MB (10^6 bytes) of a command; medians."""
    rounds = [_watched(command, env) for _ in range(1 + ROUNDS)][1:]  # the first one compiles
    seconds, cpu, memory = (middle(list(values)) for values in zip(*rounds, strict=True))
    return seconds, cpu, memory


def _watched(command: list[str], env: dict[str, str]) -> tuple[float, float, float]:
    """Started by a small process: the largest memory of who starts a command counts for it, too."""
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
