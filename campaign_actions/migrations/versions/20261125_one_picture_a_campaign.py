"""A campaign has one picture or none: one that was replaced is gone, so none has to say that it is current."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

CURRENT = {
    "postgresql_where": sa.text("is_current"),
    "sqlite_where": sa.text("is_current"),
}


# The table is never made anew, as SQLite would in a batch: that deletes its rows, and with them the
# files of all pictures.
def upgrade() -> None:
    op.drop_index("ix_pictures_current", "pictures", **CURRENT)
    op.execute(sa.text("delete from pictures where not is_current"))
    op.drop_column("pictures", "is_current")
    op.create_index(op.f("ix_pictures_campaign_id"), "pictures", ["campaign_id"], unique=True)


def downgrade() -> None:
    op.drop_index(op.f("ix_pictures_campaign_id"), "pictures")
    op.add_column(
        "pictures",
        sa.Column("is_current", sa.Boolean(), server_default=sa.true(), nullable=False),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("pictures", "is_current", server_default=None)
    op.create_index("ix_pictures_current", "pictures", ["campaign_id"], unique=True, **CURRENT)
