"""From when on people are kept after an action's end: a moment that nobody types."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

RETAINED = "(closes_at is null) = (retain_from is null) and retain_from >= closes_at"


def upgrade() -> None:
    op.add_column("actions", sa.Column("retain_from", sa.DateTime(), nullable=True))
    op.execute("update actions set retain_from = closes_at")
    with op.batch_alter_table("actions", schema=None) as batch_op:
        batch_op.create_check_constraint(op.f("ck_actions_retain_from"), sa.text(RETAINED))


def downgrade() -> None:
    with op.batch_alter_table("actions", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_actions_retain_from"), type_="check")
        batch_op.drop_column("retain_from")
