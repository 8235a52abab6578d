"""How many wait under an action, and how many do not count: from indices that signing does not pay for.

A pending signature is in one index as before, which begins with the action now: in that of those
who are to be reminded, and then in that of those who are to be erased.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

INDICES = (
    ("to_remind", ["action_id", "due_at"], "due_at is not null and reminded_at is null"),
    ("to_expire", ["action_id", "due_at"], "due_at is not null and reminded_at is not null"),
    ("not_counted", ["action_id", "status"], "status in ('withdrawn', 'invalid')"),
)
FORMER = (("due", ["due_at"], "due_at is not null"),)


def upgrade() -> None:
    _replace(FORMER, by=INDICES)


def downgrade() -> None:
    _replace(INDICES, by=FORMER)


def _replace(former: tuple, by: tuple) -> None:
    with op.batch_alter_table("signatures", schema=None) as batch_op:
        for name, _columns, where in former:
            batch_op.drop_index(f"ix_signatures_{name}", **_only(where))
        for name, columns, where in by:
            batch_op.create_index(f"ix_signatures_{name}", columns, unique=False, **_only(where))


def _only(where: str) -> dict:
    return {"postgresql_where": sa.text(where), "sqlite_where": sa.text(where)}
