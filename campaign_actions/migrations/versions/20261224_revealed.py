"""Whose email addresses a member has seen or deleted in the last day."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    member = sa.ForeignKey("staff_members.id", ondelete="cascade")
    op.create_table(
        "revealed_addresses",
        sa.Column("staff_id", sa.Integer(), member, nullable=False),
        sa.Column("public_id", sa.String(26), nullable=False),
        sa.Column("revealed_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("staff_id", "public_id"),
    )


def downgrade() -> None:
    op.drop_table("revealed_addresses")
