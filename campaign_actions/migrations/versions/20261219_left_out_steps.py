"""Steps that people leave out: of the checklist of a draft, and of the first steps."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

TABLES = ("campaigns", "staff_members", "organization_profile")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(
            table, sa.Column("left_out_steps", sa.Text(), nullable=False, server_default="")
        )


def downgrade() -> None:
    for table in TABLES:
        op.drop_column(table, "left_out_steps")
