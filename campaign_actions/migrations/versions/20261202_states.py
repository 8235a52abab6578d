"""Signatures in each state by the time of signing, from a ledger that triggers write."""

from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PARTS = ("all", "country", "locale", "source", "channel")
STATES = ("pending", "confirmed", "withdrawn", "invalid")
COUNTS = (*STATES, "gone", "mailed", "kept")
COLUMNS = "action_id, slot, country_code, locale, source, channel, removed, added"
KEY = ("signed_at", "country_code", "locale", "source", "channel")
QUARTER_SECONDS = 900
QUARTERS_KEPT = 40  # days
MAX_SOURCES = 100  # by name, for each action and day
TRIGGERS = (
    ("state_added", "signatures"),
    ("state_changed", "signatures"),
    ("state_moved", "signatures"),  # on PostgreSQL the one before it does this as well
    ("state_mailed", "outbox_mails"),
)
IS_MAILED = "new.template = 'sign' and new.status = 'sent' and old.status = 'queued'"


def upgrade() -> None:
    tables()
    tally()
    triggers()


def downgrade() -> None:
    for trigger, table in TRIGGERS:
        op.execute(f"drop trigger if exists {trigger}" + ("" if is_sqlite() else f" on {table}"))
    if not is_sqlite():
        for function in ("add_state_change", "add_mailed_state"):
            op.execute(f"drop function {function}()")
    for table in ("state_sources", "state_quarters", "state_days", "state_ledger"):
        op.drop_table(table)


def tables() -> None:
    op.create_table(
        "state_ledger",
        sa.Column("id", BIG_ID, primary_key=True),
        sa.Column("action_id", sa.Integer(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("country_code", sa.String(2)),
        sa.Column("locale", sa.String(20)),
        sa.Column("source", sa.String(40)),
        sa.Column("channel", sa.String(20)),
        sa.Column("removed", sa.String(10)),
        sa.Column("added", sa.String(10)),
        sa.Column("kept", sa.Integer(), nullable=False, server_default="0"),
    )
    tallies("state_days", sa.Column("day", sa.Date(), primary_key=True))
    slot = sa.Column("slot", sa.Integer(), primary_key=True, autoincrement=False)
    tallies("state_quarters", slot)
    op.create_table(
        "state_sources",
        of_action(),
        sa.Column("day", sa.Date(), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.UniqueConstraint("action_id", "day", "source"),
        sa.CheckConstraint(f"number between 1 and {MAX_SOURCES}", name="number"),
        sa.CheckConstraint("source not in ('', 'other')", name="source"),
    )


def tallies(name: str, time: sa.Column[date] | sa.Column[int]) -> None:
    op.create_table(
        name,
        of_action(),
        sa.Column("part", sa.String(8), primary_key=True),
        time,
        sa.Column("value", sa.String(40), primary_key=True),
        *(sa.Column(one, sa.Integer(), nullable=False, server_default="0") for one in COUNTS),
        sa.CheckConstraint(f"part in {PARTS}", name="part"),
    )


def of_action() -> sa.Column[int]:
    return sa.Column("action_id", sa.Integer(), sa.ForeignKey("actions.id"), primary_key=True)


def tally() -> None:
    """Tally the signatures that are there. Those without a time of signing are left out."""
    sums = ", ".join(
        f"sum(case when status = '{state}' then 1 else 0 end) as {state}" for state in STATES
    )
    op.execute(
        "insert into state_sources (action_id, day, number, source)"
        " select action_id, day, number, source from"
        " (select action_id, day, source, row_number() over"
        " (partition by action_id, day order by count(*) desc, source) as number"
        f" from (select action_id, {day('signed_at')} as day, source from signatures"
        " where signed_at is not null and coalesce(source, '') not in ('', 'other')) found"
        f" group by action_id, day, source) numbered where number <= {MAX_SOURCES}"
    )
    source = (
        "case when coalesce(source, '') in ('', 'other') then coalesce(source, '')"
        " when exists (select 1 from state_sources named where named.action_id = signatures.action_id"
        f" and named.day = {day('signed_at')} and named.source = signatures.source)"
        " then source else 'other' end"
    )
    values = {
        "all": "''",
        "country": "coalesce(country_code, '')",
        "locale": "coalesce(locale, '')",
        "source": source,
        "channel": "coalesce(channel, '')",
    }
    oldest = f"(select {first_day()})"
    for part, value in values.items():
        rows = (
            f"select action_id, '{part}' as part, {day('signed_at')} as day,"
            f" {slot('signed_at')} as slot, {value} as value, status"
            " from signatures where signed_at is not null"
        )
        op.execute(
            f"insert into state_days (action_id, part, day, value, {', '.join(STATES)})"
            f" select action_id, part, day, value, {sums} from ({rows}) found"
            " group by action_id, part, day, value"
        )
        op.execute(
            f"insert into state_quarters (action_id, part, slot, value, {', '.join(STATES)})"
            f" select action_id, part, slot, value, {sums} from ({rows}) found"
            f" where day > {oldest} group by action_id, part, slot, value"
        )


def triggers() -> None:
    is_same = "is" if is_sqlite() else "is not distinct from"
    same = " and ".join(f"old.{name} {is_same} new.{name}" for name in KEY)
    if is_sqlite():
        for (trigger, table), event, condition, body in (
            (TRIGGERS[0], "insert", "new.signed_at is not null", added()),
            (TRIGGERS[1], "update", f"old.status <> new.status and new.signed_at is not null and {same}", changed()),
            (TRIGGERS[2], "update", f"not ({same})", moved()),
            (TRIGGERS[3], "update of status", IS_MAILED, mailed()),
        ):
            make_trigger(trigger, f"{event} on {table}", condition, f"begin {body} end")
        return
    for function, body in (
        (
            "add_state_change",
            f"if tg_op = 'INSERT' then {added()} elsif {same} then {changed()} else {moved()} end if;",
        ),
        ("add_mailed_state", mailed()),
    ):
        op.execute(
            f"create function {function}() returns trigger language plpgsql as"
            f" $$ begin {body} return null; end $$"
        )
    run = "execute function add_state_change()"
    make_trigger(TRIGGERS[0][0], "insert on signatures", "new.signed_at is not null", run)
    is_changed = f"old.status <> new.status and new.signed_at is not null or not ({same})"
    make_trigger(TRIGGERS[1][0], "update on signatures", is_changed, run)
    run = "execute function add_mailed_state()"
    make_trigger(TRIGGERS[3][0], "update of status on outbox_mails", IS_MAILED, run)


def make_trigger(name: str, event: str, condition: str, body: str) -> None:
    op.execute(f"create trigger {name} after {event} for each row when ({condition}) {body}")


def is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def day(moment: str) -> str:
    return f"date({moment})"


def slot(moment: str) -> str:
    """The number of quarters of an hour since 1970, in UTC."""
    if is_sqlite():
        return f"cast(strftime('%s', {moment}) as integer) / {QUARTER_SECONDS}"
    return f"floor(extract(epoch from {moment}) / {QUARTER_SECONDS})::integer"


def first_day() -> str:
    """The last day of which no quarters are kept."""
    if is_sqlite():
        return f"date('now', '-{QUARTERS_KEPT} days')"
    return f"(now() at time zone 'UTC')::date - {QUARTERS_KEPT}"


def added() -> str:
    return f"insert into state_ledger ({COLUMNS}) values ({place('new')}, null, new.status);"


def changed() -> str:
    return f"insert into state_ledger ({COLUMNS}) values ({place('new')}, old.status, new.status);"


def moved() -> str:
    """A signature with other values, as corrected or signed again; one that was erased has none."""
    signed_at = "coalesce(new.signed_at, old.signed_at)"
    added = "case when new.signed_at is null then 'gone' else new.status end"
    return (
        f"insert into state_ledger ({COLUMNS}) select {place('old')}, old.status, null"
        " where old.signed_at is not null;"
        f" insert into state_ledger ({COLUMNS}) select {place('new', signed_at)}, null, {added}"
        f" where {signed_at} is not null;"
    )


def mailed() -> str:
    values = (
        *("new.about", slot("new.sent_at")),
        *("null", "new.locale", "null", "null", "null", "'mailed'"),
    )
    return f"insert into state_ledger ({COLUMNS}) values ({', '.join(values)});"


def place(row: str, signed_at: str = "") -> str:
    """The columns of the ledger that say where a signature is tallied."""
    moment = signed_at or f"{row}.signed_at"
    values = (
        *(f"{row}.action_id", slot(moment), f"{row}.country_code"),
        *(f"{row}.locale", f"{row}.source", f"{row}.channel"),
    )
    return ", ".join(values)
