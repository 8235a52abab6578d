"""Signing, pages and counts must not depend on size: an action has no signatures, or a million."""

import threading
import time
from datetime import UTC, datetime
from statistics import median

from benchmarks.signing import posts
from benchmarks.stand import ACTION, Database, Effort, Postgres, Row, Sqlite, wrk
from campaign_actions import create_app
from campaign_actions.actions.models import Signature
from campaign_actions.actions.signatures.confirm import confirm
from campaign_actions.core.db.session import db
from tests.support.servers import serving

CONFIRMATIONS = 150  # per second
LAG_SECONDS = 10
LOOK = 0.005  # seconds between two readings of the count

# SQL that both databases accept. Each day has 10,000 signatures and 40 rows of tallies.
NUMBERS = "with recursive numbers(n) as (select 0 union all select n + 1 from numbers where n < {rows} - 1)"
DAY = {
    "PostgreSQL": "date '2020-01-01' + n / 10000",
    "SQLite": "date('2020-01-01', '+' || (n / 10000) || ' days')",
}
KEY = {"PostgreSQL": "md5(n::text) || '00000000'", "SQLite": "lower(hex(randomblob(20)))"}
SIGNATURES = """
insert into signatures (public_id, action_id, kind, status, email, email_key, given_name, family_name,
 country_code, locale, show_comment, show_name, wants_updates, answers, consent_version, channel,
 source, signed_at, confirmed_at, updated_at, due_at)
{numbers}
select '{status}-' || n, {action}, 'petition', '{status}', '{status}-' || n || '@example.org', {key}, 'Мария',
 'Иванова', 'RU', 'ru', false, false, false, '{{}}', 1, 'page', 'source-' || (n % 40), {day},
 case '{status}' when 'confirmed' then {day} end, {day},
 case '{status}' when 'pending' then {later} end
from numbers
"""
LATER = {"PostgreSQL": "timestamp '2100-01-01'", "SQLite": "'2100-01-01 00:00:00.000000'"}
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
# Otherwise a worker would do this while something is measured, for each row of the seed.
SETTLE = (
    "delete from state_ledger",
    "update signature_changes set number = id where number is null",
    """
insert into installation (name, value)
select 'deletions_followed', cast(max(number) as text) from signature_changes having max(number) is not null
on conflict (name) do update set value = excluded.value
""",
)
EMPTY = (
    *("outbox_mails", "tally_ledger", "tallies", "tally_sources", "action_counts", "signatures"),
    *("state_ledger", "state_days", "state_quarters", "state_sources", "state_source_languages"),
)


def growth(postgres: Postgres, sqlite: Sqlite, effort: Effort) -> list[Row]:
    """Each figure for each size and database, with its ratio to the figure without signatures."""
    rows: list[Row] = []
    for database in (postgres, sqlite):
        first: dict[str, float] = {}
        for size in effort.sizes:
            _fill(database, size)
            for what, (figure, unit) in _measure(database, effort).items():
                ratio = figure / first.setdefault(what, figure)
                beside = f"{ratio:.2f} times the result with 0" if size else "reference"
                name = f"{database.name}: {what}, {size:,} signatures"
                rows.append(Row(name, figure, unit, beside))
        _empty(database)
    return rows


def _measure(database: Database, effort: Effort) -> dict[str, tuple[float, str]]:
    env = database.env | {"CAMPAIGN_ACTIONS_CACHE_SECONDS": "0"}
    with serving(env):
        lags = _lags(database)
    with serving(env, "--no-outbox") as server:
        page = server.address + ACTION
        script = posts(server.address, database.folder)
        return {
            "action page, not cached": (wrk(page, effort, plain=True)[0], "/s"),
            "count.json, not cached": (wrk(f"{page}count.json", effort)[0], "/s"),
            "signatures accepted": (wrk(page, effort, script=script)[0], "/s"),
            "time until a confirmation is counted": (median(lags) * 1000, " ms"),
        }


def _lags(database: Database) -> list[float]:
    """Seconds from the commit of each confirmation until the count includes it, with a worker running."""
    counted = f"select confirmed from action_counts where action_id = {database.action_id()}"
    start = database.value(counted)
    committed: list[float] = []
    over = threading.Event()
    confirming = threading.Thread(target=_confirm_steadily, args=(database, committed, over))
    seen: list[float] = []  # when the count was first seen to include each of them
    confirming.start()
    while not over.is_set() or len(seen) < len(committed):
        now = time.monotonic()
        seen += [now] * (database.value(counted) - start - len(seen))
        time.sleep(LOOK)
    confirming.join()
    return [shown - at for at, shown in zip(committed, seen, strict=True)]


def _confirm_steadily(database: Database, committed: list[float], over: threading.Event) -> None:
    """Confirm 150 signatures per second, one after another, so that the count includes them in order."""
    settings = {"SQLALCHEMY_DATABASE_URI": database.url, "SECRET_KEY": "of no use here"}
    pending = database.values("select id from signatures where status = 'pending' order by id")
    action_id = database.action_id()
    started = time.monotonic()
    try:
        with create_app(settings).app_context():
            for number, signature_id in enumerate(pending):
                time.sleep(max(0.0, started + number / CONFIRMATIONS - time.monotonic()))
                signature = Signature(id=signature_id, action_id=action_id)
                confirm(signature, now=datetime.now(UTC))
                committed.append(time.monotonic())
            db.engine.dispose()
    finally:
        over.set()


def confirm_many(database: Database, action_id: int, rows: int) -> None:
    """Insert confirmed signatures of an action that has none, and their counts."""
    if rows:
        _insert(database, action_id, rows, "confirmed")
    database.execute(TALLIES)
    database.execute(SOURCES)
    database.execute(COUNTS.format(action=action_id, rows=rows))
    database.analyze_and_checkpoint()


def _fill(database: Database, rows: int) -> None:
    _empty(database)
    confirm_many(database, database.action_id(), rows)
    _insert(database, database.action_id(), CONFIRMATIONS * LAG_SECONDS, "pending")
    database.analyze_and_checkpoint()


def _insert(database: Database, action_id: int, rows: int, status: str) -> None:
    statement = SIGNATURES.format(
        numbers=NUMBERS.format(rows=rows),
        status=status,
        action=action_id,
        key=f"substr('{status[0]}' || {KEY[database.name]}, 1, 40)",
        day=DAY[database.name],
        later=LATER[database.name],
    )
    database.execute(statement)
    for after in SETTLE:
        database.execute(after)


def _empty(database: Database) -> None:
    for table in EMPTY:
        database.execute(f"delete from {table}")
    database.analyze_and_checkpoint()
