"""The times for which signing, email, exports, an action or a language were switched off."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

IS_OFF = sa.text("on_at is null")


def upgrade() -> None:
    op.create_table(
        "switch_pauses",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("target", sa.String(20), nullable=False),
        sa.Column("off_at", sa.DateTime(), nullable=False),
        sa.Column("off_by", sa.String(254), nullable=False),
        sa.Column("off_reason", sa.String(500), nullable=False),
        sa.Column("on_at", sa.DateTime()),
        sa.Column("on_by", sa.String(254)),
        sa.Column("on_reason", sa.String(500)),
        sa.CheckConstraint(
            "kind in ('sign', 'email', 'export', 'action', 'language', 'unproved')", name="kind"
        ),
        sa.CheckConstraint("(kind in ('action', 'language', 'unproved')) = (target <> '')", name="target"),
        sa.CheckConstraint("on_at >= off_at", name="on_at"),
        sa.CheckConstraint(
            "(on_at is null) = (on_by is null) and (on_at is null) = (on_reason is null)",
            name="on_by",
        ),
    )
    op.create_index(
        "ix_switch_pauses_kind_target",
        "switch_pauses",
        ["kind", "target"],
        unique=True,
        postgresql_where=IS_OFF,
        sqlite_where=IS_OFF,
    )


def downgrade() -> None:
    op.drop_table("switch_pauses")
