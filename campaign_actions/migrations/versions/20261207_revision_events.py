"""How each revision came about, and since when the public saw it. Older revisions lack both."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

TIMES = ("public_from", "public_until")


def upgrade() -> None:
    op.execute(
        "alter table revisions add column origin varchar(10)"
        " constraint ck_revisions_origin check (origin in ('discarded', 'restored'))"
    )
    op.execute(
        "alter table revisions add column restored_number integer"
        " constraint ck_revisions_restored_number check"
        " ((restored_number is not null) = (origin is not null and origin = 'restored'))"
    )
    for name in TIMES:
        op.add_column("revisions", sa.Column(name, sa.DateTime()))


def downgrade() -> None:
    """The revisions stay, with their contents, authors and times."""
    for name in (*TIMES, "restored_number", "origin"):
        op.drop_column("revisions", name)
