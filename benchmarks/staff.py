"""How long the list of signatures takes to open for staff when an action has a million of them."""

import time
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime
from statistics import median

from benchmarks.exports import seed
from benchmarks.stand import Database, Effort, Postgres, Row, Sqlite
from campaign_actions import create_app
from campaign_actions.core.db.session import db
from campaign_actions.staff.models import StaffMember, StaffRole
from tests.support.servers import serving
from tests.support.staff_client import cookie_of

LIMIT = 200  # milliseconds, for the list
TIMES = 40  # requests per page; the 95th percentile is reported
FEW = 30  # fakes in the list
MAKE_FEW = """
update signatures set email = 'x' || id || '@bulk.example', source = 'bulk' where action_id = {action}
 and id % {every} = 0
"""
# As the worker tallies them, by which the list counts.
TALLIES = """
insert into state_days (action_id, part, day, value, confirmed)
select action_id, '{part}', date(signed_at), {value}, count(*) from signatures group by 1, 3, 4
"""
PARTS = {"all": "''", "country": "country_code", "source": "coalesce(source, '')"}
EMPTIED = ("outbox_mails", "comments", "signatures", "state_ledger", "state_days")
QUERIES = {
    "the list": "",
    "the list, far from the newest": "?before={before}",
    "a person by email address": "?q=signer-{middle}@example.org",
    "a name that all have": "?q=МАРИЯ",
    "a name that nobody has, 50,000 searched": "?q=Никто",
    "a country and a status that nobody has, 50,000 searched": "?country=DE&status=invalid",
    "an email domain that few have, 50,000 searched": "?domain=bulk.example",
    "an email domain that nearly all have": "?domain=example.org",
    "a source that few have, 50,000 searched": "?source=bulk",
    "a source that a quarter have": "?source=leaflet",
}


def staff(postgres: Postgres, sqlite: Sqlite, effort: Effort) -> list[Row]:
    """The 95th percentile of the milliseconds that a page takes, including its audit entry."""
    rows: list[Row] = []
    size = effort.sizes[-1]
    for database in (postgres, sqlite):
        _empty(database)
        action_id = database.action_id()
        seed(database, action_id, size)
        _tally_with_few(database, action_id, size)
        rows += _figures(database, action_id, size)
        _empty(database)
    return rows


def _empty(database: Database) -> None:
    for table in EMPTIED:
        database.execute(f"delete from {table}")


def _tally_with_few(database: Database, action_id: int, size: int) -> None:
    """Turn a few of the signatures into fakes, all over the list, and tally everything."""
    database.execute(MAKE_FEW.format(action=action_id, every=size // FEW))
    database.execute("delete from state_ledger")
    for part, value in PARTS.items():
        database.execute(TALLIES.format(part=part, value=value))
    database.analyze_and_checkpoint()


def _figures(database: Database, action_id: int, size: int) -> list[Row]:
    campaign_id = database.value(f"select campaign_id from actions where id = {action_id}")
    cookie = log_in(database, "campaigner")
    rows = []
    with serving(database.env, "--no-outbox") as server:
        base = f"{server.address}/staff/campaigns/{campaign_id}/actions/{action_id}/signatures/"
        for what, query in QUERIES.items():
            words = query.format(middle=size // 2, before=_place(database, size // 2))
            address = base + urllib.request.quote(words, safe="?=&@-")
            middle, slow = milliseconds(lambda address=address: _open(address, cookie))
            beside = f"limit {LIMIT} ms; median {middle:.1f} ms"
            rows.append(Row(f"{database.name}: {what}, {size:,} signatures", slow, " ms", beside))
    return rows


def _place(database: Database, number: int) -> str:
    """The cursor that continues the list after a signature: its time in microseconds, and its number."""
    theirs = f"from signatures where action_id = {database.action_id()}"
    moment = database.value(
        f"select signed_at {theirs} and id >= (select min(id) {theirs}) + {number}"
        " order by id limit 1"
    )
    at = datetime.fromisoformat(str(moment)).replace(tzinfo=UTC)
    return f"{int(at.timestamp()) * 1_000_000:x}-{number:x}"


def log_in(database: Database, role: str, **settings: object) -> str:
    """The session cookie of a new member with this role, who has just logged in."""
    now = datetime.now(UTC)
    known = {"SQLALCHEMY_DATABASE_URI": database.url, "SECRET_KEY": _secret(database)}
    app = create_app(known | settings)
    with app.app_context():
        member = StaffMember(
            email=f"bench-{now.timestamp()}@example.org",
            fs_uniquifier=f"bench-{now.timestamp()}",
            invited_at=now,
            tf_primary_method="authenticator",
        )
        member.granted = [StaffRole(role=role, is_limited=False)]
        db.session.add(member)
        db.session.commit()
        name, value = cookie_of(app, member, now=now)
        db.engine.dispose()
        return f"{name}={value}"


def _secret(database: Database) -> str:
    return (database.folder / "instance" / "secret_key").read_text().strip()


def _open(address: str, cookie: str) -> None:
    request = urllib.request.Request(address, headers={"Cookie": cookie})
    with urllib.request.urlopen(request) as answer:
        page = answer.read()
    if b"<tbody" not in page and b'class="empty"' not in page:
        raise RuntimeError(f"{address} is not the list")


def milliseconds(ask: Callable[[], None]) -> tuple[float, float]:
    """The median and the 95th percentile."""
    ask()  # compiles templates and opens connections
    taken = []
    for _time in range(TIMES):
        started = time.perf_counter()
        ask()
        taken.append((time.perf_counter() - started) * 1000)
    return median(taken), sorted(taken)[int(TIMES * 0.95)]
