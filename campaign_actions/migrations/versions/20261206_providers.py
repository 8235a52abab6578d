"""Email providers of people whose consent text covers it, in the tallies by state."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

PARTS = ("all", "country", "locale", "source", "channel", "provider")
USES = ("crm", "code", "compared", "actions", "questions", "providers")
PLACE = ("country_code", "locale", "source", "channel", "email_provider")
QUARTER_SECONDS = 900
TRIGGERS = (
    ("state_added", "signatures"),
    ("state_changed", "signatures"),
    ("state_moved", "signatures"),  # on PostgreSQL the one before it does this as well
    ("state_mailed", "outbox_mails"),
)
IS_MAILED = "new.template = 'sign' and new.status = 'sent' and old.status = 'queued'"


def upgrade() -> None:
    drop_triggers()
    op.execute(
        "alter table signatures add column email_provider varchar(40)"
        " constraint ck_signatures_email_provider check (email_provider is null or email is not null)"
    )
    op.add_column("state_ledger", sa.Column("email_provider", sa.String(40)))
    set_constraints(PARTS, USES)
    op.create_table(
        "provider_checks",
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("locale", sa.String(20), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("action_id", sa.Integer(), nullable=False),
        sa.Column("signature_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "locale"),
    )
    make_triggers(PLACE)


def downgrade() -> None:
    drop_triggers()
    op.drop_table("provider_checks")
    op.execute("delete from consent_uses where use = 'providers'")
    for table in ("state_days", "state_quarters"):
        op.execute(f"delete from {table} where part = 'provider'")
    set_constraints(PARTS[:-1], USES[:-1])
    op.drop_column("state_ledger", "email_provider")
    op.drop_column("signatures", "email_provider")
    make_triggers(PLACE[:-1])


def set_constraints(parts: tuple[str, ...], uses: tuple[str, ...]) -> None:
    for table, name, condition in (
        ("state_days", "part", f"part in {parts}"),
        ("state_quarters", "part", f"part in {parts}"),
        ("consent_uses", "use", f"use in {uses}"),
    ):
        with op.batch_alter_table(table) as changed:
            changed.drop_constraint(op.f(f"ck_{table}_{name}"), type_="check")
            changed.create_check_constraint(op.f(f"ck_{table}_{name}"), condition)


def drop_triggers() -> None:
    for trigger, table in TRIGGERS:
        op.execute(f"drop trigger if exists {trigger}" + ("" if is_sqlite() else f" on {table}"))


def make_triggers(place: tuple[str, ...]) -> None:
    """Those of 0013, with these columns of a signature in the ledger."""
    is_same = "is" if is_sqlite() else "is not distinct from"
    same = " and ".join(f"old.{name} {is_same} new.{name}" for name in ("signed_at", *place))
    is_changed = "old.status <> new.status and new.signed_at is not null"
    if is_sqlite():
        for (trigger, table), event, condition, body in (
            (TRIGGERS[0], "insert", "new.signed_at is not null", added(place)),
            (TRIGGERS[1], "update", f"{is_changed} and {same}", changed(place)),
            (TRIGGERS[2], "update", f"not ({same})", moved(place)),
            (TRIGGERS[3], "update of status", IS_MAILED, mailed(place)),
        ):
            make_trigger(trigger, f"{event} on {table}", condition, f"begin {body} end")
        return
    for function, body in (
        (
            "add_state_change",
            f"if tg_op = 'INSERT' then {added(place)} elsif {same} then {changed(place)}"
            f" else {moved(place)} end if;",
        ),
        ("add_mailed_state", mailed(place)),
    ):
        op.execute(
            f"create or replace function {function}() returns trigger language plpgsql as"
            f" $$ begin {body} return null; end $$"
        )
    run = "execute function add_state_change()"
    make_trigger(TRIGGERS[0][0], "insert on signatures", "new.signed_at is not null", run)
    make_trigger(TRIGGERS[1][0], "update on signatures", f"{is_changed} or not ({same})", run)
    run = "execute function add_mailed_state()"
    make_trigger(TRIGGERS[3][0], "update of status on outbox_mails", IS_MAILED, run)


def make_trigger(name: str, event: str, condition: str, body: str) -> None:
    op.execute(f"create trigger {name} after {event} for each row when ({condition}) {body}")


def is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def slot(moment: str) -> str:
    """The number of quarters of an hour since 1970, in UTC."""
    if is_sqlite():
        return f"cast(strftime('%s', {moment}) as integer) / {QUARTER_SECONDS}"
    return f"floor(extract(epoch from {moment}) / {QUARTER_SECONDS})::integer"


def added(place: tuple[str, ...]) -> str:
    return f"{into(place)} values ({of_row('new', place)}, null, new.status);"


def changed(place: tuple[str, ...]) -> str:
    return f"{into(place)} values ({of_row('new', place)}, old.status, new.status);"


def moved(place: tuple[str, ...]) -> str:
    """A signature with other values, as corrected or signed again; one that was erased has none."""
    signed_at = "coalesce(new.signed_at, old.signed_at)"
    state = "case when new.signed_at is null then 'gone' else new.status end"
    return (
        f"{into(place)} select {of_row('old', place)}, old.status, null"
        " where old.signed_at is not null;"
        f" {into(place)} select {of_row('new', place, signed_at)}, null, {state}"
        f" where {signed_at} is not null;"
    )


def mailed(place: tuple[str, ...]) -> str:
    """With the language of the email, and the provider that its signature is counted by."""
    provider = (
        "(select email_provider from signatures"
        " where action_id = new.about and email_key = new.email_key)"
    )
    known = {"locale": "new.locale", "email_provider": provider}
    values = ", ".join(known.get(name, "null") for name in place)
    return f"{into(place)} values (new.about, {slot('new.sent_at')}, {values}, null, 'mailed');"


def into(place: tuple[str, ...]) -> str:
    return f"insert into state_ledger (action_id, slot, {', '.join(place)}, removed, added)"


def of_row(row: str, place: tuple[str, ...], signed_at: str = "") -> str:
    """The columns of the ledger that say where a signature is tallied."""
    moment = signed_at or f"{row}.signed_at"
    return ", ".join((f"{row}.action_id", slot(moment), *(f"{row}.{name}" for name in place)))
