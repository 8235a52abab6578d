"""Anchors of the audit log and their ways; failed log-ins, counted until the log is told."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_anchors",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_anchors")),
        sa.UniqueConstraint("day", name=op.f("uq_audit_anchors_day")),
    )
    with op.batch_alter_table("audit_anchors", schema=None) as batch_op:
        batch_op.create_index("ix_audit_anchors_made_at", ["made_at"], unique=False)
    op.create_table(
        "audit_anchor_deliveries",
        sa.Column("anchor_id", sa.Integer(), nullable=False),
        sa.Column("destination", sa.String(length=10), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("leased_until", sa.DateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(length=300), nullable=True),
        sa.Column("done_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_audit_anchor_deliveries_attempts")),
        sa.ForeignKeyConstraint(
            ["anchor_id"],
            ["audit_anchors.id"],
            name=op.f("fk_audit_anchor_deliveries_anchor_id"),
            ondelete="cascade",
        ),
        sa.PrimaryKeyConstraint(
            "anchor_id", "destination", name=op.f("pk_audit_anchor_deliveries")
        ),
    )
    with op.batch_alter_table("audit_anchor_deliveries", schema=None) as batch_op:
        batch_op.create_index(
            "ix_audit_anchor_deliveries_done_at_due_at", ["done_at", "due_at"], unique=False
        )
    op.create_table(
        "login_failures",
        sa.Column("account", sa.String(length=254), nullable=False),
        sa.Column("via", sa.String(length=40), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.DateTime(), nullable=False),
        sa.Column("last_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("failures > 0", name=op.f("ck_login_failures_failures")),
        sa.PrimaryKeyConstraint("account", "via", name=op.f("pk_login_failures")),
    )


def downgrade() -> None:
    op.execute("delete from outbox_mails where template = 'staff-audit-anchor'")
    op.execute("delete from installation where name = 'audit_public_key'")
    op.drop_table("login_failures")
    op.drop_table("audit_anchor_deliveries")
    op.drop_table("audit_anchors")
