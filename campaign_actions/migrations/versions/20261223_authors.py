"""Everyone who wrote a text that needs two people, not only who began it and who saved it last."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")
TABLES = {"updates": ("staff_id", "saved_by"), "consent_drafts": ("staff_id",)}
KEYS = {"updates": ("id",), "consent_drafts": ("kind", "locale")}


def upgrade() -> None:
    for name, columns in TABLES.items():
        ids = sa.Column("author_ids", JSON, nullable=False, server_default="[]")
        op.add_column(name, ids)
        known = sa.table(name, *map(sa.column, (*columns, *KEYS[name])), sa.column("author_ids", JSON))
        for row in op.get_bind().execute(sa.select(known)).all():
            key = (known.c[each] == getattr(row, each) for each in KEYS[name])
            authors = sorted({getattr(row, column) for column in columns} - {None})
            op.execute(sa.update(known).where(*key).values(author_ids=authors))


def downgrade() -> None:
    for name in TABLES:
        op.drop_column(name, "author_ids")
