"""Signatures by source and language, in the tallies by state.

Tallied from the signatures themselves, so people whose data was erased on schedule before this migration
are not in it: by then nobody could tell in which language they came by which source. Changes that are
still in the ledger are left out, because they are folded into it afterwards.
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

TABLE = "state_source_languages"
STATES = ("pending", "confirmed", "withdrawn", "invalid")
COUNTS = (*STATES, "gone", "mailed", "kept")
QUARTER_SECONDS = 900


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("action_id", sa.Integer(), sa.ForeignKey("actions.id"), primary_key=True),
        sa.Column("source", sa.String(40), primary_key=True),
        sa.Column("locale", sa.String(20), primary_key=True),
        *(sa.Column(one, sa.Integer(), nullable=False, server_default="0") for one in COUNTS),
    )
    tally()


def downgrade() -> None:
    op.drop_table(TABLE)


def tally() -> None:
    """In one statement, so that it sees signatures and ledger at one moment.

    A change in the ledger is taken back: it counts in the state that it left, and not in the one it came
    to. Erasing someone on schedule is a change to "gone" and one back that is `kept`. Only the first is
    taken back, so that they are tallied until it is folded.
    """
    rows = " union all ".join(
        (
            f"select {place('date(signed_at)')}, status as state, 1 as number from signatures"
            " where signed_at is not null",
            f"select {place(day_of_slot())}, removed, 1 from state_ledger",
            f"select {place(day_of_slot())}, added, kept - 1 from state_ledger",
        )
    )
    source = (
        "case when source in ('', 'other') then source when exists (select 1 from state_sources named"
        " where named.action_id = found.action_id and named.day = found.day"
        " and named.source = found.source) then source else 'other' end"
    )
    sums = [f"sum(case when state = '{one}' then number else 0 end) as {one}" for one in STATES]
    op.execute(
        f"insert into {TABLE} (action_id, source, locale, {', '.join(STATES)}) select * from"
        f" (select action_id, source, locale, {', '.join(sums)} from"
        f" (select action_id, {source} as source, locale, state, number from ({rows}) found) placed"
        " group by action_id, source, locale) tallied"
        f" where {' or '.join(f'{one} <> 0' for one in STATES)}"
    )


def place(day: str) -> str:
    unknown = (f"coalesce({name}, '') as {name}" for name in ("source", "locale"))
    return f"action_id, {', '.join(unknown)}, {day} as day"


def day_of_slot() -> str:
    """In UTC."""
    seconds = f"slot * {QUARTER_SECONDS}"
    if op.get_bind().dialect.name == "sqlite":
        return f"date({seconds}, 'unixepoch')"
    return f"date(to_timestamp({seconds}) at time zone 'UTC')"
