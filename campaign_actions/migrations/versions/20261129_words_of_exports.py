"""The language of the headings and values in an exported file."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "export_records", sa.Column("words_in", sa.String(35), nullable=False, server_default="")
    )


def downgrade() -> None:
    op.drop_column("export_records", "words_in")
