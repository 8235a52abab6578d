"""How long dashboards take to open with a million signatures of twenty actions."""

import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial

from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory

from benchmarks.growth import LATER
from benchmarks.staff import log_in, milliseconds
from benchmarks.stand import Database, Effort, Postgres, Row, Sqlite
from campaign_actions import create_app
from campaign_actions.actions.counts.states.providers import OTHER_PROVIDERS, PROVIDERS
from campaign_actions.core import paths
from campaign_actions.core.db.session import db
from tests.support.servers import serving

LIMIT = 150  # milliseconds, for a page
ACTIONS = 20
EMPTIED = (
    *("outbox_mails", "comments", "signatures"),
    *("state_days", "state_quarters", "state_source_languages"),
)
DAYS = 60
RANGES = {"24 hours": "24h", "7 days": "7d", "28 days": "28d", "since the start": "all"}
OWN_DAYS = (
    DAYS  # of an own range: all that have figures, which are more than are shown by the quarter
)
NAMED = (*sorted(PROVIDERS), OTHER_PROVIDERS)  # more than any action has many people of

# SQL that both databases accept. The actions have consecutive ids, since nobody else inserts any.
COPY = """
insert into actions (campaign_id, slug, kind, goal, asks_comment, position, published_at)
select campaign_id, 'bench-{number}', kind, goal, false, {number}, published_at
from actions where slug = 'hate-crimes'
"""
KEY = {"PostgreSQL": "md5(n::text) || '00000000'", "SQLite": "lower(hex(randomblob(20)))"}
SECONDS_AGO = f"(n * 7919) % {DAYS * 24 * 3600}"
SIGNED_AT = {
    "PostgreSQL": f"(now() at time zone 'UTC') - ({SECONDS_AGO}) * interval '1 second'",
    "SQLite": f"strftime('%Y-%m-%d %H:%M:%f000', 'now', '-' || ({SECONDS_AGO}) || ' seconds')",
}
SIGNATURES = """
insert into signatures (public_id, action_id, kind, status, email, email_key, given_name, family_name,
 country_code, locale, show_comment, show_name, wants_updates, answers, consent_version, channel,
 email_provider, source, signed_at, confirmed_at, withdrawn_at, updated_at, due_at)
with recursive numbers(n) as
 (select cast(0 as bigint) union all select n + 1 from numbers where n < {rows} - 1),
people as (
 select n, {at} as at,
 case (n / 5) % 10 when 8 then 'pending' when 9 then 'withdrawn' else 'confirmed' end as status from numbers
)
select 'bench-' || n, {first} + n % {actions}, 'petition', status, 'bench-' || n || '@example.org', {key},
 'Мария', 'Иванова', substr('RUKZDEBYAMGEFRKGILRSPLUS', cast(1 + 2 * ((n * 7) % 12) as integer), 2),
 substr('ruenar', cast(1 + 2 * ((n / 3) % 3) as integer), 2), false, false, false, '{{}}', 1, 'page',
 case (n * 11) % {number} {providers} end,
 'source-' || n % 12, at, case when status <> 'pending' then at end,
 case status when 'withdrawn' then at end, at, case status when 'pending' then {later} end
from people
"""


# As the migration tallies the other parts; nobody is counted by provider when it runs.
HOUR = {
    "PostgreSQL": "floor(extract(epoch from signed_at) / 3600)::integer * 4",
    "SQLite": "cast(strftime('%s', signed_at) as integer) / 3600 * 4",
}
TALLIES = """
insert into {table} (action_id, part, {time}, value, pending, confirmed, withdrawn, invalid)
select action_id, 'provider', {value}, email_provider,
 count(*) filter (where status = 'pending'), count(*) filter (where status = 'confirmed'),
 count(*) filter (where status = 'withdrawn'), count(*) filter (where status = 'invalid')
from signatures where email_provider is not null group by 1, 3, 4
"""


def dashboards(postgres: Postgres, sqlite: Sqlite, effort: Effort) -> list[Row]:
    """The 95th percentile of the milliseconds that a dashboard takes, by range."""
    return [row for database in (postgres, sqlite) for row in _measure(database, effort.sizes[-1])]


def _measure(database: Database, size: int) -> list[Row]:
    action = _seed(database, size)
    campaign = database.value("select campaign_id from actions where slug = 'bench-0'")
    addresses = {
        "an action": f"/staff/campaigns/{campaign}/actions/{action}/",
        "a campaign": f"/staff/campaigns/{campaign}/dashboard/",
        "all campaigns": "/staff/dashboard/",
    }
    cookie, rows = log_in(database, "campaigner"), []
    with serving(database.env, "--no-outbox") as server:
        for scope, address in addresses.items():
            for words, name in _ranges().items():
                ask = partial(_open, f"{server.address}{address}?range={name}", cookie)
                middle, slow = milliseconds(ask)
                beside = f"limit {LIMIT} ms; median {middle:.1f} ms"
                what = f"{database.name}: dashboard of {scope}, {words}, {size:,} signatures"
                rows.append(Row(what, slow, " ms", beside))
    return rows


def _ranges() -> dict[str, str]:
    """What addresses have after `range=`, by what it is called in results."""
    today = datetime.now(UTC).date()
    first = today - timedelta(days=OWN_DAYS - 1)
    return {**RANGES, f"own range of {OWN_DAYS} days": f"own&from={first}&to={today}"}


def _seed(database: Database, size: int) -> int:
    """Signatures over DAYS days, tallied as the migration does it. Returns the first action's id."""
    for table in EMPTIED:
        database.execute(f"delete from {table}")
    for number in range(ACTIONS):
        database.execute(COPY.format(number=number))
    first = int(database.value("select min(id) from actions where slug like 'bench-%'"))
    at, key, later = (words[database.name] for words in (SIGNED_AT, KEY, LATER))
    providers = " ".join(f"when {number} then '{name}'" for number, name in enumerate(NAMED))
    people = SIGNATURES.format(
        rows=size,
        first=first,
        actions=ACTIONS,
        at=at,
        key=key,
        later=later,
        number=len(NAMED),
        providers=providers,
    )
    with _without_triggers(database):
        database.execute(people)
    database.execute("delete from state_ledger")
    _tally(database)
    times = (
        ("state_days", "day", "date(signed_at)"),
        ("state_quarters", "slot", HOUR[database.name]),
    )
    for table, time, value in times:
        database.execute(TALLIES.format(table=table, time=time, value=value))
    database.analyze_and_checkpoint()
    return first


@contextmanager
def _without_triggers(database: Database) -> Iterator[None]:
    """PostgreSQL can leave its triggers out; on SQLite they only take longer."""
    if isinstance(database, Postgres):
        database.execute("alter table signatures disable trigger user")
    yield
    if isinstance(database, Postgres):
        database.execute("alter table signatures enable trigger user")


def _tally(database: Database) -> None:
    app = create_app({"SQLALCHEMY_DATABASE_URI": database.url, "SECRET_KEY": "of no use here"})
    with app.app_context():
        with db.engine.begin() as connection:
            scripts = ScriptDirectory(str(paths.MIGRATIONS))
            with Operations.context(MigrationContext.configure(connection)):
                for revision in ("0013", "0024"):
                    scripts.get_revision(revision).module.tally()
        db.engine.dispose()


def _open(address: str, cookie: str) -> None:
    request = urllib.request.Request(address, headers={"Cookie": cookie})
    with urllib.request.urlopen(request) as answer:
        page = answer.read()
    if b'class="plot' not in page:
        raise RuntimeError(f"{address} is not a dashboard")
