"""The second language that a member last chose in the editor, and emails of actions that staff have tried."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "staff_members",
        sa.Column("second_locale", sa.String(20), nullable=False, server_default=""),
    )
    op.create_table(
        "email_trials",
        sa.Column("action_id", sa.Integer(), sa.ForeignKey("actions.id"), nullable=False),
        sa.Column("locale", sa.String(20), nullable=False),
        sa.Column("staff_id", sa.Integer(), sa.ForeignKey("staff_members.id"), nullable=False),
        sa.Column("tried_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("action_id", "locale"),
    )


def downgrade() -> None:
    op.drop_table("email_trials")
    op.drop_column("staff_members", "second_locale")
