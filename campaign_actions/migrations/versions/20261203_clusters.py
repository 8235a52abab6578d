"""How quickly forms were filled in, and clusters of signatures that look like those of robots."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")
HAS_FILL_TIME = sa.text("fill_time is not null")
PARTIAL = {
    "open": ("action_id", sa.text("state = 'open'")),
    "untold": ("id", sa.text("told_at is null")),
}


def upgrade() -> None:
    # The table is not made again, because on SQLite that would drop its triggers.
    op.execute(
        "alter table signatures add column fill_time varchar(5)"
        " constraint ck_signatures_fill_time check (fill_time is null or"
        " (fill_time in ('fast', 'usual', 'slow') and status not in ('erased', 'suppressed')))"
    )
    op.create_index(
        "ix_signatures_fill_time",
        "signatures",
        ["signed_at"],
        postgresql_where=HAS_FILL_TIME,
        sqlite_where=HAS_FILL_TIME,
    )
    change_uses("use in ('crm', 'code', 'compared')")
    wants_mail = sa.Column(
        "wants_cluster_mail", sa.Boolean(), nullable=False, server_default=sa.false()
    )
    op.add_column("staff_members", wants_mail)
    clusters()


def downgrade() -> None:
    op.drop_table("signature_clusters")
    op.drop_column("staff_members", "wants_cluster_mail")
    op.execute("delete from consent_uses where use = 'compared'")
    change_uses("use in ('crm', 'code')")
    op.drop_index("ix_signatures_fill_time", "signatures")
    op.drop_column("signatures", "fill_time")


def change_uses(condition: str) -> None:
    with op.batch_alter_table("consent_uses") as table:
        table.drop_constraint(op.f("ck_consent_uses_use"), type_="check")
        table.create_check_constraint(op.f("ck_consent_uses_use"), condition)


def clusters() -> None:
    op.create_table(
        "signature_clusters",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("action_id", sa.Integer(), sa.ForeignKey("actions.id"), nullable=False),
        sa.Column("rule", sa.String(6), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("filter", JSON, nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("found_at", sa.DateTime(), nullable=False),
        sa.Column("told_at", sa.DateTime()),
        sa.Column("state", sa.String(11), nullable=False),
        sa.Column("decided_at", sa.DateTime()),
        sa.Column("decided_by", sa.Integer()),
        sa.Column("batch_id", sa.Integer()),
        sa.CheckConstraint("rule in ('text', 'domain', 'source', 'minute', 'burst')", name="rule"),
        sa.CheckConstraint("state in ('open', 'dismissed', 'invalidated')", name="state"),
        sa.CheckConstraint("(state = 'open') = (decided_at is null)", name="decided_at"),
        sa.CheckConstraint("since < until", name="period"),
    )
    op.create_index(
        "ix_signature_clusters_of_action", "signature_clusters", ["action_id", "until"]
    )
    for name, (column, condition) in PARTIAL.items():
        op.create_index(
            f"ix_signature_clusters_{name}",
            "signature_clusters",
            [column],
            postgresql_where=condition,
            sqlite_where=condition,
        )
