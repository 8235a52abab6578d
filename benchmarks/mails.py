"""Mails a second that one worker hands over, beside smtplib alone with the same bytes."""

import resource
import smtplib
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.stand import Postgres, environment, middle
from tests.running import run

MAILS = 3000
ROUNDS = 3
EMPTY = ("delete from outbox_mails", "delete from signatures")
SEED = (  # in words that both databases know
    """
insert into signatures (public_id, action_id, status, email, email_key, given_name, locale,
 show_name, wants_updates, answers, consent_version, channel, signed_at, updated_at)
with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < {mails})
select 'bench-' || n, (select id from actions where slug = 'hate-crimes'), 'pending',
 'bench-' || n || '@example.org', 'key-' || n, 'Ada', 'ru', false, false, '{{}}', 1, 'page',
 current_timestamp, current_timestamp from numbers
""",
    """
insert into outbox_mails (template, recipient, email_key, locale, about, status, queued_at, due_at,
 is_held, attempts)
select 'sign', email, email_key, locale, action_id, 'queued', '2026-01-01', '2026-01-01', false, 0
from signatures
""",
)


def mails(postgres: Postgres, env: dict[str, str], folder: Path) -> list[tuple[str, str, str]]:
    """Of a Russian confirmation, to a server on the same machine that takes everything at once."""
    file = folder / "mails.sqlite"
    sqlite = environment(folder, f"sqlite:///{file}")
    run(sqlite, "db", "upgrade")
    run(sqlite, "demo", "load")
    with sink() as port:
        limit = middle([_by_smtplib(port, _sample(env, postgres, folder)) for _ in range(ROUNDS)])
        rows = [("smtplib alone, the same bytes", f"{limit:,.0f} mails/s", "the limit")]
        stands = (("PostgreSQL", env, postgres.execute), ("SQLite", sqlite, _executing(file)))
        for name, settings, execute in stands:
            results = [_by_worker(settings, execute, port) for _ in range(ROUNDS)]
            rate, cpu = (middle(list(values)) for values in zip(*results, strict=True))
            beside = f"{rate / limit:.2f} of smtplib alone; {cpu:.2f} ms CPU of the worker a mail"
            rows.append((f"mails of one worker, {name}", f"{rate:,.0f} mails/s", beside))
    return rows


@contextmanager
def sink() -> Iterator[int]:
    """The port of a server that takes every mail."""
    command = [sys.executable, "-m", "benchmarks.mail_sink"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield int(process.stdout.readline())
        process.terminate()


def _by_worker(
    env: dict[str, str], execute: Callable[[str], None], port: int
) -> tuple[float, float]:
    """Mails a second, and milliseconds of the worker's CPU a mail; its start is deducted."""
    env = env | {"CAMPAIGN_ACTIONS_MAIL_URL": f"smtp://127.0.0.1:{port}"}
    for statement in (*EMPTY, *SEED[:1]):
        execute(statement.format(mails=MAILS))
    start, start_cpu = _timed(env, "0 mails sent")
    execute(SEED[1])
    whole, whole_cpu = _timed(env, f"{MAILS} mails sent")
    return MAILS / (whole - start), (whole_cpu - start_cpu) / MAILS * 1000


def _timed(env: dict[str, str], expected: str) -> tuple[float, float]:
    """Seconds by the clock and of CPU that `outbox deliver` took."""
    started, cpu = time.perf_counter(), _cpu_of_children()
    output = run(env, "outbox", "deliver")
    assert output.startswith(expected), output
    return time.perf_counter() - started, _cpu_of_children() - cpu


def _cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _sample(env: dict[str, str], postgres: Postgres, folder: Path) -> bytes:
    """One of the mails, as the worker writes it."""
    for statement in (*EMPTY, *SEED):
        postgres.execute(statement.format(mails=1))
    run(env | {"CAMPAIGN_ACTIONS_MAIL_URL": f"file:{folder / 'sample'}"}, "outbox", "deliver")
    return next((folder / "sample").glob("*.eml")).read_bytes()


def _by_smtplib(port: int, message: bytes) -> float:
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        smtp.ehlo()
        started = time.perf_counter()
        for number in range(MAILS):
            smtp.sendmail("bench@example.org", f"bench-{number}@example.org", message)
        return MAILS / (time.perf_counter() - started)


def _executing(file: Path) -> Callable[[str], None]:
    def execute(statement: str) -> None:
        with sqlite3.connect(file) as connection:
            connection.execute(statement)
        connection.close()

    return execute
