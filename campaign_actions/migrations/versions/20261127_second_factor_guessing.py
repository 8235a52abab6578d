"""Wrong codes are counted for an account, whoever types them, and an answer of a passkey is taken once."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "staff_wrong_codes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("typed_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"],
            ["staff_members.id"],
            name=op.f("fk_staff_wrong_codes_staff_id"),
            ondelete="cascade",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_wrong_codes")),
    )
    with op.batch_alter_table("staff_wrong_codes", schema=None) as batch_op:
        batch_op.create_index(
            "ix_staff_wrong_codes_staff_id_typed_at", ["staff_id", "typed_at"], unique=False
        )
    op.create_table(
        "staff_used_challenges",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_staff_used_challenges")),
    )
    op.add_column("staff_members", sa.Column("codes_blocked_until", sa.DateTime(), nullable=True))


def downgrade() -> None:
    op.drop_column("staff_members", "codes_blocked_until")
    op.drop_table("staff_used_challenges")
    op.drop_table("staff_wrong_codes")
