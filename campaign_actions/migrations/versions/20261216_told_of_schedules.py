"""When people were told that nothing is published at a time. About earlier failures nobody gets an email now."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("scheduled_drafts", sa.Column("told_at", sa.DateTime()))
    op.execute("update scheduled_drafts set told_at = failed_at where failed_at is not null")


def downgrade() -> None:
    op.drop_column("scheduled_drafts", "told_at")
