"""At most 100 sources a day, tallies that can be recounted, and tables that stay fast for ever."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# PostgreSQL keeps a deleted or changed row, and its place in every index, until a vacuum.
STORAGE = {
    # Every row is deleted a second after it came. By default a vacuum begins with a fifth of the
    # table; here it would begin again and again with next to nothing, or after a backlog much too
    # late. So: whenever 5,000 rows went, unthrottled, since the table is small by then. It gives
    # no space back, for which it would have to lock the table against signers.
    "tally_ledger": {
        "autovacuum_vacuum_scale_factor": "0",
        "autovacuum_vacuum_threshold": "5000",
        "autovacuum_vacuum_cost_delay": "0",
        "vacuum_truncate": "false",
    },
    # Who takes the next mail passes by all that were sent since the last vacuum.
    "outbox_mails": {
        "autovacuum_vacuum_scale_factor": "0.02",
        "autovacuum_vacuum_threshold": "10000",
        "autovacuum_vacuum_cost_delay": "0",
        "vacuum_truncate": "false",
    },
    # A confirmation takes a row out of the index of due ones, where reminders would pass by it.
    "signatures": {"autovacuum_vacuum_scale_factor": "0.05"},
}
# No fillfactor: with a full page 2,946 of 3,000 leases touched no index, with a fifth left free all
# of them; a confirmation always touches all, since it changes an index.
ONCE = "change in (1, -1)"
NOW = "(change in (1, -1) and forgotten = 0) or (change = 0 and forgotten = 1)"
HAS_NO_LINE = """
source not in ('', 'other') and not exists (
    select 1 from tally_sources own
    where own.action_id = tallies.action_id and own.day = tallies.day and own.source = tallies.source
)"""


def upgrade() -> None:
    op.create_table(
        "tally_sources",
        sa.Column("action_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.CheckConstraint("number between 1 and 100", name=op.f("ck_tally_sources_number")),
        sa.CheckConstraint("source not in ('', 'other')", name=op.f("ck_tally_sources_source")),
        sa.ForeignKeyConstraint(
            ["action_id"], ["actions.id"], name=op.f("fk_tally_sources_action_id")
        ),
        sa.PrimaryKeyConstraint("action_id", "day", "number", name=op.f("pk_tally_sources")),
        sa.UniqueConstraint(
            "action_id", "day", "source", name=op.f("uq_tally_sources_action_id_day_source")
        ),
    )
    op.add_column("action_counts", sa.Column("folded_to", sa.DateTime(), nullable=True))
    op.add_column("tallies", sa.Column("forgotten", sa.Integer(), server_default="0", nullable=False))
    op.add_column("tally_ledger", sa.Column("forgotten", sa.Integer(), server_default="0", nullable=False))
    check_ledger(NOW)
    give_lines()
    count_the_forgotten()
    if op.get_bind().dialect.name == "postgresql":
        for table, parameters in STORAGE.items():
            given = ", ".join(f"{name} = {value}" for name, value in parameters.items())
            op.execute(f"alter table {table} set ({given})")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table, parameters in STORAGE.items():
            op.execute(f"alter table {table} reset ({', '.join(parameters)})")
    op.execute("delete from tally_ledger where change = 0")
    check_ledger(ONCE)
    op.drop_column("tally_ledger", "forgotten")
    op.drop_column("tallies", "forgotten")
    op.drop_column("action_counts", "folded_to")
    op.drop_table("tally_sources")


def check_ledger(rule: str) -> None:
    name = op.f("ck_tally_ledger_change")
    with op.batch_alter_table("tally_ledger") as batch_op:
        batch_op.drop_constraint(name, type_="check")
        batch_op.create_check_constraint(name, rule)


def give_lines() -> None:
    """The 100 largest sources of a day keep their lines, the others go into one."""
    op.execute("""
        insert into tally_sources (action_id, day, number, source)
        select action_id, day, number, source from (
            select action_id, day, source, row_number() over (
                partition by action_id, day order by sum(confirmed) desc, source
            ) as number
            from tallies where source not in ('', 'other') group by action_id, day, source
        ) largest where number <= 100
    """)
    op.execute(f"""
        insert into tallies (action_id, day, country_code, locale, source, confirmed)
        select action_id, day, country_code, locale, 'other', sum(confirmed) from tallies
        where {HAS_NO_LINE} group by action_id, day, country_code, locale
        on conflict (action_id, day, country_code, locale, source)
        do update set confirmed = tallies.confirmed + excluded.confirmed
    """)
    op.execute(f"delete from tallies where {HAS_NO_LINE}")


def count_the_forgotten() -> None:
    """Under an action long closed the tallies may count people who were erased on schedule."""
    long_ago = datetime.now(UTC).replace(tzinfo=None) - timedelta(days=31)
    closed = "action_id in (select id from actions where closes_at <= :long_ago)"
    of_closed = sa.bindparam("long_ago", long_ago, sa.DateTime())
    op.execute(
        sa.text(f"update tallies set forgotten = confirmed where {closed}").bindparams(of_closed)
    )
    op.execute(
        sa.text(f"""
        update tallies set forgotten = tallies.confirmed - kept.number from (
            select signatures.action_id, date(confirmed_at) as day,
                coalesce(country_code, '') as country_code, coalesce(locale, '') as locale,
                case when coalesce(signatures.source, '') = '' then ''
                    when own.source is null then 'other' else own.source end as source,
                count(*) as number
            from signatures left join tally_sources own on own.action_id = signatures.action_id
                and own.day = date(confirmed_at) and own.source = signatures.source
            where status = 'confirmed' and signatures.{closed} group by 1, 2, 3, 4, 5
        ) kept
        where tallies.action_id = kept.action_id and tallies.day = kept.day
            and tallies.country_code = kept.country_code and tallies.locale = kept.locale
            and tallies.source = kept.source
        """).bindparams(of_closed)
    )
