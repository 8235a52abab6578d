"""The organisation in the database, paragraphs in emails of an action, and time zones of members."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

PARAGRAPHS = ("confirm_text", "receipt_text")


def upgrade() -> None:
    op.create_table(
        "organization_pictures",
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("added_at", sa.DateTime(), nullable=False),
    )
    picture = "organization_pictures.name"
    op.create_table(
        "organization_profile",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("accent", sa.String(7), nullable=False),
        sa.Column("timezone", sa.String(64), nullable=False),
        sa.Column("logo", sa.String(32), sa.ForeignKey(picture)),
        sa.Column("icon", sa.String(32), sa.ForeignKey(picture)),
        sa.CheckConstraint("id = 1", name="one"),
    )
    op.create_table(
        "organization_texts",
        sa.Column("locale", sa.String(20), primary_key=True),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("footer", sa.Text(), nullable=False),
        sa.Column("imprint", sa.Text(), nullable=False),
        sa.Column("contact", sa.String(254), nullable=False),
    )
    for name in PARAGRAPHS:
        op.add_column(
            "action_texts", sa.Column(name, sa.Text(), nullable=False, server_default="")
        )
    op.add_column(
        "staff_members", sa.Column("timezone", sa.String(64), nullable=False, server_default="")
    )


def downgrade() -> None:
    op.drop_column("staff_members", "timezone")
    for name in PARAGRAPHS:
        op.drop_column("action_texts", name)
    for table in ("organization_texts", "organization_profile", "organization_pictures"):
        op.drop_table(table)
