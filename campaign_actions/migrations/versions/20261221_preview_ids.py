"""Preview links have random public ids, so that an old address never opens another one after a restore."""

import sqlalchemy as sa
from alembic import op

from campaign_actions.core.security.public_ids import new_public_id

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

LINKS = sa.table("preview_links", sa.column("id"), sa.column("public_id"))


def upgrade() -> None:
    column = sa.Column("public_id", sa.String(26), nullable=False, server_default="")
    op.add_column("preview_links", column)
    for link_id in op.get_bind().scalars(sa.select(LINKS.c.id)).all():
        change = sa.update(LINKS).where(LINKS.c.id == link_id)
        op.execute(change.values(public_id=new_public_id()))
    op.create_index("ix_preview_links_public_id", "preview_links", ["public_id"], unique=True)


def downgrade() -> None:
    op.drop_index("ix_preview_links_public_id", "preview_links")
    op.drop_column("preview_links", "public_id")
