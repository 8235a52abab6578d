"""Proposed consent texts that were sent back: when, by whom and why."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

TABLE = "consent_drafts"


def upgrade() -> None:
    op.add_column(TABLE, sa.Column("returned_at", sa.DateTime()))
    op.add_column(TABLE, sa.Column("returned_by", sa.Integer()))
    op.add_column(TABLE, sa.Column("note", sa.String(500)))


def downgrade() -> None:
    """Without the columns, texts that were sent back would be pending again."""
    op.execute(f"delete from {TABLE} where returned_at is not null")
    for name in ("note", "returned_by", "returned_at"):
        op.drop_column(TABLE, name)
