"""Decisions about a campaign or an action that are in none of its revisions. Earlier ones are not known."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

KINDS = (
    "'opening-scheduled', 'opening-cancelled', 'changes-scheduled', 'changes-cancelled',"
    " 'all-closed', 'reopened', 'opening-stopped', 'failed-changed', 'failed-checks',"
    " 'failed-address', 'failed-rights'"
)


def upgrade() -> None:
    op.create_table(
        "page_decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(8), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("due_at", sa.DateTime()),
        sa.Column("staff_id", sa.Integer()),
        sa.PrimaryKeyConstraint("id"),
        sa.CheckConstraint("subject in ('campaign', 'action')", name="subject"),
        sa.CheckConstraint(f"kind in ({KINDS})", name="kind"),
    )
    op.create_index("ix_page_decisions_subject", "page_decisions", ["subject", "subject_id"])


def downgrade() -> None:
    op.drop_table("page_decisions")
