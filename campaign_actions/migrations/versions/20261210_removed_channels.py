"""Channels of share links that staff have removed from their page."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("channel_names", sa.Column("removed_at", sa.DateTime()))


def downgrade() -> None:
    op.drop_column("channel_names", "removed_at")
