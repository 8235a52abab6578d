"""What exports need to remember: the changes of signatures, the files, and what is to be deleted in them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
STATUSES = "('pending', 'confirmed', 'withdrawn', 'invalid', 'suppressed', 'erased')"
# Signing itself is no change: a signature that is not confirmed is in no file, and signers need not pay
# for a second row. Whatever changes an exported value sets `updated_at`.
TRIGGERS = {
    "signature_changes_after_insert": ("insert", "new.status <> 'pending'"),
    "signature_changes_after_update": ("update of status, updated_at", ""),
}
INSERT = (
    "insert into signature_changes (action_id, signature_id, status)"
    " values (new.action_id, new.id, new.status);"
)


def upgrade() -> None:
    signature_changes()
    triggers()


def downgrade() -> None:
    for trigger in TRIGGERS:
        op.execute(f"drop trigger {trigger}" + ("" if is_sqlite() else " on signatures"))
    if not is_sqlite():
        op.execute("drop function add_signature_change()")
    op.drop_table("signature_changes")


def signature_changes() -> None:
    op.create_table(
        "signature_changes",
        sa.Column("id", BIG_ID, primary_key=True),
        sa.Column("action_id", sa.Integer(), nullable=False),
        sa.Column("signature_id", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("number", sa.BigInteger()),
        sa.CheckConstraint(f"status in {STATUSES}", name="status"),
        sa.CheckConstraint("number > 0", name="number"),
    )
    numbered, new = only("number is not null"), only("number is null")
    op.create_index(
        "ix_signature_changes_number", "signature_changes", ["number"], unique=True, **numbered
    )
    op.create_index(
        "ix_signature_changes_of_action",
        "signature_changes",
        ["action_id", "number", "signature_id"],
        **numbered,
    )
    op.create_index("ix_signature_changes_new", "signature_changes", ["id"], **new)


def triggers() -> None:
    if not is_sqlite():
        op.execute(
            "create function add_signature_change() returns trigger language plpgsql as "
            f"$$ begin {INSERT} return null; end $$"
        )
    for trigger, (event, condition) in TRIGGERS.items():
        when = f" when ({condition})" if condition else ""
        run = f"begin {INSERT} end" if is_sqlite() else "execute function add_signature_change()"
        op.execute(
            f"create trigger {trigger} after {event} on signatures for each row{when} {run}"
        )


def only(condition: str) -> dict[str, sa.TextClause]:
    """The options of a partial index."""
    return {"postgresql_where": sa.text(condition), "sqlite_where": sa.text(condition)}


def is_sqlite() -> bool:
    return op.get_context().dialect.name == "sqlite"
