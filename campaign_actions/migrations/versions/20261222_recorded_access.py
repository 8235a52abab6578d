"""Everything that gave access when a list of removals was last written."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "recorded_access",
        sa.Column("list_id", sa.String(16), nullable=False),
        sa.Column("code", sa.String(26), nullable=False),
        sa.PrimaryKeyConstraint("list_id", "code"),
    )


def downgrade() -> None:
    op.drop_table("recorded_access")
