"""Drafts of what is public: which revision the public sees, and pictures that it does not see yet."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

VERSIONED = ("campaigns", "actions")


def upgrade() -> None:
    """No campaign has a draft at first, so public pages stay as they are."""
    for table in VERSIONED:
        op.add_column(table, sa.Column("published_version", sa.Integer()))
    op.create_table(
        "draft_pictures",
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("campaign_id", sa.Integer(), sa.ForeignKey("campaigns.id"), nullable=False),
        sa.Column("action_id", sa.Integer(), sa.ForeignKey("actions.id")),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("width > 0 and height > 0", name="size"),
    )
    op.create_index("ix_draft_pictures_campaign_id", "draft_pictures", ["campaign_id"])
    its_picture = sa.ForeignKey("draft_pictures.name", ondelete="cascade")
    op.create_table(
        "draft_picture_files",
        sa.Column("name", sa.String(32), its_picture, nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("format", sa.String(4), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", "width", "format"),
        sa.CheckConstraint("format in ('webp', 'jpeg')", name="format"),
    )


def downgrade() -> None:
    """The public pages stay as they are. Changes that were not published are only in the history."""
    op.drop_table("draft_picture_files")
    op.drop_table("draft_pictures")
    for table in VERSIONED:
        op.drop_column(table, "published_version")
