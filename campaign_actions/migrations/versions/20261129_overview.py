"""Counts by quarter of an hour for the overview of the workspace, and tags of campaigns."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

QUARTER = {
    "postgresql": "extract(hour from {0})::integer * 4 + extract(minute from {0})::integer / 15",
    "sqlite": "cast(strftime('%H', {0}) as integer) * 4 + cast(strftime('%M', {0}) as integer) / 15",
}
# The list of campaigns shows four weeks.
RECENT = {
    "postgresql": "(now() at time zone 'utc') - interval '30 days'",
    "sqlite": "datetime('now', '-30 days')",
}


def upgrade() -> None:
    op.add_column("tally_ledger", sa.Column("quarter", sa.Integer()))
    op.create_table(
        "quarter_counts",
        sa.Column("action_id", sa.Integer(), sa.ForeignKey("actions.id"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("quarter", sa.Integer(), nullable=False),
        sa.Column("confirmed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("action_id", "day", "quarter"),
        sa.CheckConstraint("quarter between 0 and 95", name="quarter"),
    )
    op.create_table(
        "campaign_tags",
        sa.Column("campaign_id", sa.Integer(), sa.ForeignKey("campaigns.id"), nullable=False),
        sa.Column("tag", sa.String(30), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "tag"),
    )
    count_recent()


def downgrade() -> None:
    op.drop_table("campaign_tags")
    op.drop_table("quarter_counts")
    op.drop_column("tally_ledger", "quarter")


def count_recent() -> None:
    """From the signatures. Entries that are in the ledger now have no quarter: they are among these."""
    dialect = op.get_context().dialect.name
    op.execute(
        "insert into quarter_counts (action_id, day, quarter, confirmed)"
        f" select action_id, date(confirmed_at), {QUARTER[dialect].format('confirmed_at')}, count(*)"
        f" from signatures where status = 'confirmed' and confirmed_at > {RECENT[dialect]}"
        " group by 1, 2, 3"
    )
