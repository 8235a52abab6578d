"""The person who published a campaign, an action or a revision; not known for earlier ones."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

TABLES = ("campaigns", "actions", "revisions")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("publisher_id", sa.Integer()))


def downgrade() -> None:
    for table in TABLES:
        op.drop_column(table, "publisher_id")
