"""How long dashboards take to open with a million signatures of twenty actions."""

import urllib.request
from functools import partial

from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory

from benchmarks.staff import log_in, milliseconds
from benchmarks.stand import Database, Effort, Postgres, Row, Sqlite
from campaign_actions import create_app
from campaign_actions.actions.counts.states.providers import OTHER_PROVIDERS, PROVIDERS
from campaign_actions.core import paths
from campaign_actions.core.db.session import db
from tests.support.servers import serving

LIMIT = 150  # milliseconds, for a page
ACTIONS = 20
DAYS = 60
RANGES = {"24 hours": "24h", "7 days": "7d", "28 days": "28d", "since the start": "all"}
NAMED = (*sorted(PROVIDERS), OTHER_PROVIDERS)  # more than any action has many people of
COPY = """
insert into actions (campaign_id, slug, kind, goal, asks_comment, position, published_at)
select campaign_id, 'bench-{number}', kind, goal, false, {number}, published_at
from actions where slug = 'hate-crimes'
"""
SIGNATURES = """
insert into signatures (public_id, action_id, kind, status, email, email_key, given_name, family_name,
 country_code, locale, show_comment, show_name, wants_updates, answers, consent_version, channel,
 email_provider, source, signed_at, confirmed_at, withdrawn_at, invalidated_at, updated_at, due_at)
select 'bench-' || n, action, 'petition', status, 'bench-' || n || '@example.org', md5(n::text) || '00000000',
 'Мария', 'Иванова', (array['RU','KZ','DE','BY','AM','GE','FR','KG','IL','RS','PL','US'])[1 + (n * 7) % 12],
 (array['ru','en','ar'])[1 + (n / 3) % 3], false, false, false, '{{}}', 1, 'page',
 (array[{providers}])[1 + (n * 11) % {number}],
 'source-' || n % 12, at, case when status <> 'pending' then at end,
 case status when 'withdrawn' then at end, case status when 'invalid' then at end, at,
 case status when 'pending' then timestamp '2100-01-01' end
from (
 select n,
 (select array_agg(id order by id) from actions where slug like 'bench-%')[1 + n % {actions}] as action,
 (array['confirmed','confirmed','confirmed','confirmed','confirmed','confirmed','confirmed','confirmed',
 'pending','withdrawn'])[1 + (n / 5) % 10] as status,
 (now() at time zone 'UTC') - ((n * 7919::bigint) % {seconds}) * interval '1 second' as at
 from generate_series(0, {rows} - 1) as n
) as people
"""


# As the migration tallies the other parts; nobody is counted by provider when it runs.
TALLIED = "\n".join(
    f"""
insert into {table} (action_id, part, {time}, value, pending, confirmed, withdrawn, invalid)
select action_id, 'provider', {value}, email_provider,
 count(*) filter (where status = 'pending'), count(*) filter (where status = 'confirmed'),
 count(*) filter (where status = 'withdrawn'), count(*) filter (where status = 'invalid')
from signatures where email_provider is not null group by 1, 3, 4;
"""
    for table, time, value in (
        ("state_days", "day", "date(signed_at)"),
        ("state_quarters", "slot", "floor(extract(epoch from signed_at) / 3600)::integer * 4"),
    )
)


def dashboards(postgres: Postgres, _sqlite: Sqlite, effort: Effort) -> list[Row]:
    """The 95th percentile of the milliseconds that a dashboard takes, by range."""
    size = effort.sizes[-1]
    actions = _seed(postgres, size)
    campaign = postgres.value("select campaign_id from actions where slug = 'bench-0'")
    addresses = {
        "an action": f"/staff/campaigns/{campaign}/actions/{actions[0]}/",
        "a campaign": f"/staff/campaigns/{campaign}/dashboard/",
        "all campaigns": "/staff/dashboard/",
    }
    cookie, rows = log_in(postgres, "campaigner"), []
    with serving(postgres.env, "--no-outbox") as server:
        for scope, address in addresses.items():
            for words, name in RANGES.items():
                ask = partial(_open, f"{server.address}{address}?range={name}", cookie)
                middle, slow = milliseconds(ask)
                beside = f"limit {LIMIT} ms; median {middle:.1f} ms"
                what = f"PostgreSQL: dashboard of {scope}, {words}, {size:,} signatures"
                rows.append(Row(what, slow, " ms", beside))
    return rows


def _seed(database: Database, size: int) -> list[int]:
    """Signatures over DAYS days, tallied as the migration does it. Returns the ids of the actions."""
    for table in ("outbox_mails", "comments", "signatures", "state_days", "state_quarters"):
        database.execute(f"delete from {table}")
    for number in range(ACTIONS):
        database.execute(COPY.format(number=number))
    for change in ("disable", "enable"):
        if change == "enable":
            seconds = DAYS * 24 * 3600
            database.execute(
                SIGNATURES.format(
                    rows=size,
                    actions=ACTIONS,
                    seconds=seconds,
                    providers=", ".join(f"'{name}'" for name in NAMED),
                    number=len(NAMED),
                )
            )
        database.execute(f"alter table signatures {change} trigger user")
    database.execute("delete from state_ledger")
    _tally(database)
    database.execute(TALLIED)
    database.analyze_and_checkpoint()
    return database.values("select id from actions where slug like 'bench-%' order by id")


def _tally(database: Database) -> None:
    app = create_app({"SQLALCHEMY_DATABASE_URI": database.url, "SECRET_KEY": "of no use here"})
    with app.app_context():
        with db.engine.begin() as connection:
            script = ScriptDirectory(str(paths.MIGRATIONS)).get_revision("0013").module
            with Operations.context(MigrationContext.configure(connection)):
                script.tally()
        db.engine.dispose()


def _open(address: str, cookie: str) -> None:
    request = urllib.request.Request(address, headers={"Cookie": cookie})
    with urllib.request.urlopen(request) as answer:
        page = answer.read()
    if b'class="plot' not in page:
        raise RuntimeError(f"{address} is not a dashboard")
