"""How fast the emails of an update are queued, compared with a single statement that queues them all."""

import subprocess
import sys
import time
from statistics import median

from benchmarks.stand import Database, Effort, Postgres, Row, Sqlite

SIGNERS = 100_000
EMPTY = ("delete from outbox_mails", "delete from update_texts", "delete from updates")
SEED = (  # SQL that both databases accept
    "delete from signatures",
    f"""
insert into signatures (public_id, action_id, kind, status, email, email_key, given_name, locale,
 show_comment, show_name, wants_updates, answers, consent_version, channel, signed_at, confirmed_at,
 updated_at)
with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < {SIGNERS})
select 'bench-' || n, (select id from actions where slug = 'hate-crimes'), 'petition', 'confirmed',
 'bench-' || n || '@example.org', 'key-' || n, 'Ada', case n % 2 when 0 then 'en' else 'ru' end,
 false, false, true, '{{}}', 1, 'page', '2026-01-01', '2026-01-01', '2026-01-01' from numbers
""",
)
UPDATE = (
    """
insert into updates (action_id, status, made_at, started_at, cursor, queued)
select id, 'sending', '2026-01-02', '2026-01-02', 0, 0 from actions where slug = 'hate-crimes'
""",
    "insert into update_texts select id, 'en', 'The law has passed', 'It passed.' from updates",
)
AT_ONCE = """
insert into outbox_mails (template, recipient, email_key, locale, about, update_id, lane, status,
 queued_at, due_at, is_held, attempts)
select 'update', email, email_key, 'en', action_id, 1, 'bulk', 'queued', '2026-01-02', '2026-01-02', false, 0
from signatures
"""
PROGRAM = """
import sys, time
from datetime import UTC, datetime
from campaign_actions import create_app
from campaign_actions.updates.queue_batches import queue_batch
with create_app().app_context():
    started, now = time.perf_counter(), datetime.now(UTC)
    while queue_batch(int(sys.argv[1]), now):
        pass
    print(time.perf_counter() - started)
"""


def updates(postgres: Postgres, sqlite: Sqlite, effort: Effort) -> list[Row]:
    """Queue emails to 100,000 signers, 500 per durable transaction, which also saves the cursor."""
    rows = []
    for database in (postgres, sqlite):
        for statement in SEED:
            database.execute(statement)
        database.analyze_and_checkpoint()
        rate = median(SIGNERS / _queue(database) for _ in range(effort.rounds))
        limit = median(SIGNERS / _at_once(database) for _ in range(effort.rounds))
        beside = f"{rate / limit:.2f} of one statement for all ({limit:,.0f} emails/s)"
        rows.append(Row(f"{database.name}: emails of an update queued", rate, " emails/s", beside))
        for statement in (*EMPTY, SEED[0]):
            database.execute(statement)
    return rows


def _queue(database: Database) -> float:
    """Wall-clock seconds of a program that has already started."""
    for statement in (*EMPTY, *UPDATE):
        database.execute(statement)
    update_id = str(database.value("select id from updates"))
    command = [sys.executable, "-c", PROGRAM, update_id]
    done = subprocess.run(command, env=database.env, capture_output=True, text=True, check=True)
    assert database.value("select count(*) from outbox_mails") == SIGNERS
    return float(done.stdout)


def _at_once(database: Database) -> float:
    database.execute(EMPTY[0])
    started = time.perf_counter()
    database.execute(AT_ONCE)
    return time.perf_counter() - started
