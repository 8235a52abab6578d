"""Emails per second that one worker delivers, compared with smtplib alone sending the same bytes."""

import resource
import smtplib
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median

from benchmarks.stand import Database, Effort, Postgres, Row, Sqlite
from tests.support.servers import run

MAILS = 3000
EMPTY = ("delete from outbox_mails", "delete from signatures")
SEED = (  # SQL that both databases accept
    """
insert into signatures (public_id, action_id, kind, status, email, email_key, given_name, locale,
 show_comment, show_name, wants_updates, answers, consent_version, channel, signed_at, updated_at)
with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < {mails})
select 'bench-' || n, (select id from actions where slug = 'hate-crimes'), 'petition', 'pending',
 'bench-' || n || '@example.org', 'key-' || n, 'Ada', 'ru', false, false, false, '{{}}', 1, 'page',
 current_timestamp, current_timestamp from numbers
""",
    """
insert into outbox_mails (template, lane, recipient, email_key, locale, about, status, queued_at,
 due_at, is_held, attempts)
select 'sign', 'signer', email, email_key, locale, action_id, 'queued', '2026-01-01', '2026-01-01',
 false, 0
from signatures
""",
)


def mails(postgres: Postgres, sqlite: Sqlite, effort: Effort) -> list[Row]:
    """Deliver a Russian confirmation email to a local server that accepts everything immediately."""
    with sink() as port:
        message = _sample(postgres)
        limit = median(_by_smtplib(port, message) for _ in range(effort.rounds))
        rows = [Row("smtplib alone, the same bytes", limit, " emails/s", "the limit")]
        for database in (postgres, sqlite):
            results = [_by_worker(database, port) for _ in range(effort.rounds)]
            rate, cpu = (median(values) for values in zip(*results, strict=True))
            beside = (
                f"{rate / limit:.2f} of smtplib alone; {cpu:.2f} ms of the worker's CPU per email"
            )
            rows.append(
                Row(f"{database.name}: emails sent by one worker", rate, " emails/s", beside)
            )
    return rows


@contextmanager
def sink() -> Iterator[int]:
    """Run a server that accepts every email; yields its port."""
    command = [sys.executable, "-m", "benchmarks.mail_sink"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield int(process.stdout.readline())
        finally:
            process.terminate()


def _by_worker(database: Database, port: int) -> tuple[float, float]:
    """Emails per second and the worker's CPU milliseconds per email, without the start of the worker."""
    env = database.env | {"CAMPAIGN_ACTIONS_MAIL_URL": f"smtp://127.0.0.1:{port}"}
    for statement in (*EMPTY, *SEED[:1]):
        database.execute(statement.format(mails=MAILS))
    start, start_cpu = _timed(env, "0 emails sent")
    database.execute(SEED[1])
    whole, whole_cpu = _timed(env, f"{MAILS:,} emails sent")
    return MAILS / (whole - start), (whole_cpu - start_cpu) / MAILS * 1000


def _timed(env: dict[str, str], expected: str) -> tuple[float, float]:
    """Wall-clock seconds and CPU seconds that `outbox deliver` took."""
    started, cpu = time.perf_counter(), _cpu_of_children()
    output = run(env, "outbox", "deliver")
    assert output.startswith(expected), output
    return time.perf_counter() - started, _cpu_of_children() - cpu


def _cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _sample(database: Database) -> bytes:
    """One of the emails, as the worker writes it."""
    folder = database.folder / "sample"
    for statement in (*EMPTY, *SEED):
        database.execute(statement.format(mails=1))
    run(database.env | {"CAMPAIGN_ACTIONS_MAIL_URL": f"file:{folder}"}, "outbox", "deliver")
    return next(folder.glob("*.eml")).read_bytes()


def _by_smtplib(port: int, message: bytes) -> float:
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        smtp.ehlo()
        started = time.perf_counter()
        for number in range(MAILS):
            smtp.sendmail("bench@example.org", f"bench-{number}@example.org", message)
        return MAILS / (time.perf_counter() - started)
