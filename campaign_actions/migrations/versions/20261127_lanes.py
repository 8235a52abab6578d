"""Each email of the outbox has a lane, instead of a mark for bulk and a meaning of its template's name."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

LANE = (
    "update outbox_mails set lane = case when is_bulk then 'bulk'"
    " when template like 'staff-%' then 'staff' else 'signer' end"
)


def upgrade() -> None:
    op.add_column(
        "outbox_mails",
        sa.Column("lane", sa.String(length=6), server_default="signer", nullable=False),
    )
    op.execute(LANE)
    with op.batch_alter_table("outbox_mails", schema=None) as batch_op:
        batch_op.create_check_constraint(
            op.f("ck_outbox_mails_lane"), "lane in ('staff', 'signer', 'bulk')"
        )
        batch_op.drop_index("ix_outbox_mails_status_is_bulk_due_at")
        batch_op.drop_column("is_bulk")
        batch_op.create_index("ix_outbox_mails_status_lane_due_at", ["status", "lane", "due_at"])


def downgrade() -> None:
    op.add_column(
        "outbox_mails", sa.Column("is_bulk", sa.Boolean(), server_default="0", nullable=False)
    )
    op.execute("update outbox_mails set is_bulk = (lane = 'bulk')")
    with op.batch_alter_table("outbox_mails", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_outbox_mails_lane"), type_="check")
        batch_op.drop_index("ix_outbox_mails_status_lane_due_at")
        batch_op.drop_column("lane")
        batch_op.create_index(
            "ix_outbox_mails_status_is_bulk_due_at", ["status", "is_bulk", "due_at"]
        )
