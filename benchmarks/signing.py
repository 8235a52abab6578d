"""Signatures per second, compared with the same inserts by the database alone."""

import re
import sqlite3
import time
import urllib.request
from contextlib import closing
from pathlib import Path
from statistics import median

from benchmarks.stand import ACTION, CLIENTS, Effort, Postgres, Row, Sqlite, wrk
from tests.support.servers import serving

SIGNATURE = """\
insert into signatures (public_id, action_id, kind, status, email, email_key, given_name, family_name,
 country_code, locale, show_comment, show_name, wants_updates, answers, consent_version, channel,
 signed_at, updated_at, due_at)
values ({public_id}, {action}, 'petition', 'pending', {email}, {key}, 'Ada', 'Lovelace', 'RU', 'en', false,
 false, false, '{{}}', 1, 'page', {now}, {now}, {now})
on conflict (email_key, action_id) do update set status = 'pending'
where signatures.status = 'withdrawn'"""
MAIL = """\
insert into outbox_mails (template, lane, recipient, email_key, locale, about, status, queued_at,
 due_at, is_held, attempts)
values ('sign', 'signer', {email}, {key}, 'en', {action}, 'queued', {now}, {now}, false, 0)"""
POSTS = """\
local n = 0
local seed = os.time() %% 100000
request = function()
  n = n + 1
  local body = "%(hidden)s&given_name=Ada&family_name=Lovelace&country=RU&email=bench-"
    .. seed .. "-" .. n .. "%%40example.org"
  return wrk.format("POST", nil, {["Content-Type"] = "application/x-www-form-urlencoded"}, body)
end
"""


def signing(postgres: Postgres, sqlite: Sqlite, effort: Effort) -> list[Row]:
    """For each database, one row for the limit and one for our server with its form and rules."""
    rows = []
    for database, limit, what in (
        (postgres, _pgbench(postgres, effort), "pgbench, the same two inserts, 64 clients"),
        (sqlite, _single_rows(sqlite, effort), "the same two inserts, one durable commit each"),
    ):
        with serving(database.env, "--no-outbox") as server:
            script = posts(server.address, database.folder)
            rate, wait = wrk(server.address + ACTION, effort, script=script)
        beside = f"{rate / limit:.2f} of the limit, p99 {wait:.0f} ms"
        rows += [
            Row(f"{database.name}: {what}", limit, "/s", "the limit"),
            Row(f"{database.name}: signatures accepted, {CLIENTS} clients", rate, "/s", beside),
        ]
    return rows


def _pgbench(postgres: Postgres, effort: Effort) -> float:
    n = ":n::text"
    values = {
        "public_id": f"substr(md5({n}), 1, 26)",
        "email": f"'bench-' || {n} || '@example.org'",
        "key": f"md5({n}) || '00000000'",
        "now": "now()",
        "action": postgres.action_id(),
    }
    statements = [SIGNATURE.format(**values), MAIL.format(**values)]
    script = postgres.folder / "inserts.sql"
    lines = [
        "\\set n random(1, 1000000000000)",
        "begin;",
        *(f"{s};" for s in statements),
        "commit;",
    ]
    script.write_text("\n".join(lines))
    return median(
        postgres.pgbench(script, clients=CLIENTS, seconds=effort.seconds)
        for _ in range(effort.rounds)
    )


def _single_rows(sqlite: Sqlite, effort: Effort) -> float:
    """Insert with a single writer and nothing else, because SQLite has one writer at a time."""
    values = {"public_id": ":id", "email": ":email", "key": ":key", "now": "'2026-11-24 12:00:00'"}
    values["action"] = str(sqlite.action_id())
    statements = [SIGNATURE.format(**values), MAIL.format(**values)]
    with closing(sqlite.connect()) as connection:
        return median(
            _commits(connection, statements, effort.seconds, name=f"{round_}-")
            for round_ in range(effort.rounds)
        )


def _commits(
    connection: sqlite3.Connection, statements: list[str], seconds: int, *, name: str
) -> float:
    started, number = time.perf_counter(), 0
    while time.perf_counter() - started < seconds:
        number += 1
        row = {"id": f"{name}{number}", "email": f"{name}{number}@example.org"}
        row["key"] = f"{hash(row['id']) & (1 << 63) - 1:040x}"  # as random as our keys
        connection.execute("begin immediate")
        for statement in statements:
            connection.execute(statement, row)
        connection.execute("commit")
    return number / (time.perf_counter() - started)


def posts(address: str, folder: Path) -> Path:
    """A wrk script that submits the form of the page, each time as a different person."""
    with urllib.request.urlopen(address + ACTION) as answer:
        fields = hidden_fields(answer.read().decode())
    script = folder / "posts.lua"
    script.write_text(POSTS % {"hidden": "&".join(f"{k}={v}" for k, v in fields.items())})
    return script


def hidden_fields(page: str) -> dict[str, str]:
    return {
        re.search(r'name="([^"]*)"', tag)[1]: re.search(r'value="([^"]*)"', tag)[1]
        for tag in re.findall(r'<input[^>]*type="hidden"[^>]*>', page)
    }
