"""What a second person approves: requests, when two people are needed, and who gave roles alone."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

PENDING = {
    "postgresql_where": sa.text("state = 'pending'"),
    "sqlite_where": sa.text("state = 'pending'"),
}


def upgrade() -> None:
    op.add_column("staff_members", sa.Column("roles_given_by", sa.Integer(), nullable=True))
    op.create_table(
        "dual_control_setting",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("mode", sa.String(length=10), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_dual_control_setting_one")),
        sa.CheckConstraint(
            "mode in ('auto', 'on', 'off')", name=op.f("ck_dual_control_setting_mode")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dual_control_setting")),
    )
    op.create_table(
        "approval_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("target", sa.String(length=254), nullable=False),
        sa.Column("subject", sa.String(length=254), nullable=False),
        sa.Column("permission", sa.String(length=40), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=True),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("seen", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("requested_by", sa.Integer(), nullable=False),
        sa.Column("requested_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("is_by_command", sa.Boolean(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("usable_until", sa.DateTime(), nullable=True),
        sa.Column("rows_done", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state in ('pending', 'approved', 'done', 'declined', 'cancelled', 'expired')",
            name=op.f("ck_approval_requests_state"),
        ),
        sa.CheckConstraint("decided_by <> requested_by", name=op.f("ck_approval_requests_two_people")),
        sa.CheckConstraint(
            "(state = 'pending') = (decided_at is null)",
            name=op.f("ck_approval_requests_decided_at"),
        ),
        sa.CheckConstraint(
            "(state in ('approved', 'done', 'declined')) = (decided_by is not null or is_by_command)",
            name=op.f("ck_approval_requests_decided_by"),
        ),
        sa.CheckConstraint(
            "decided_by is null or not is_by_command", name=op.f("ck_approval_requests_one_decider")
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("fk_approval_requests_campaign_id")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["staff_members.id"], name=op.f("fk_approval_requests_decided_by")
        ),
        sa.ForeignKeyConstraint(
            ["requested_by"], ["staff_members.id"], name=op.f("fk_approval_requests_requested_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_requests")),
    )
    op.create_index(
        "ix_approval_requests_pending",
        "approval_requests",
        ["kind", "target"],
        unique=True,
        **PENDING,
    )
    op.create_index(
        op.f("ix_approval_requests_requested_by_requested_at"),
        "approval_requests",
        ["requested_by", "requested_at"],
    )
    op.create_index(
        op.f("ix_approval_requests_state_expires_at"), "approval_requests", ["state", "expires_at"]
    )


def downgrade() -> None:
    op.drop_table("approval_requests")
    op.drop_table("dual_control_setting")
    op.drop_column("staff_members", "roles_given_by")
