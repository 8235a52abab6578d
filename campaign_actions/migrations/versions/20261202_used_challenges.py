"""Used challenges are those of proofs of work as well, not only of staff."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.rename_table("staff_used_challenges", "used_challenges")


def downgrade() -> None:
    op.rename_table("used_challenges", "staff_used_challenges")
