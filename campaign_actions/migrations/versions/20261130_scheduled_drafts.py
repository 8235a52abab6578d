"""Drafts that are to be published at a time."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "scheduled_drafts",
        sa.Column("subject", sa.String(8), nullable=False),
        sa.Column("subject_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("campaign_id", sa.Integer(), sa.ForeignKey("campaigns.id"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("scheduled_at", sa.DateTime(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("failed_at", sa.DateTime()),
        sa.Column("failure", sa.String(10)),
        sa.PrimaryKeyConstraint("subject", "subject_id"),
        sa.CheckConstraint("subject in ('campaign', 'action')", name="subject"),
        sa.CheckConstraint(
            "failure in ('changed', 'closed', 'checks', 'address', 'rights')", name="failure"
        ),
        sa.CheckConstraint("(failure is null) = (failed_at is null)", name="failed_at"),
    )
    op.create_index("ix_scheduled_drafts_campaign_id", "scheduled_drafts", ["campaign_id"])
    op.create_index("ix_scheduled_drafts_at", "scheduled_drafts", ["at"])


def downgrade() -> None:
    """The drafts stay, and nothing publishes them."""
    op.drop_table("scheduled_drafts")
