"""An invalid signature that is withdrawn keeps the key of its address and when it was marked, for a time.

So that withdrawing does not let the same address sign again. Its state is `suppressed`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

FORMER = {
    "status": "status in ('pending', 'confirmed', 'withdrawn', 'invalid', 'erased')",
    "erased": "(status = 'erased') = (email_key is null) and (email_key is null) = (email is null)"
    " and (email_key is not null or coalesce(given_name, family_name, country_code, comment,"
    " source) is null)",
}
CHECKS = {
    "status": "status in ('pending', 'confirmed', 'withdrawn', 'invalid', 'suppressed', 'erased')",
    "erased": "(status = 'erased') = (email_key is null)"
    " and (status in ('erased', 'suppressed')) = (email is null)"
    " and (email is not null or coalesce(given_name, family_name, country_code, comment,"
    " source) is null)",
    "suppressed": "status <> 'suppressed' or (coalesce(locale, channel, referrer) is null"
    " and coalesce(signed_at, confirmed_at, withdrawn_at, reminded_at, due_at) is null"
    " and consent_version is null)",
    "invalidated": "(status in ('invalid', 'suppressed')) = (invalidated_at is not null)",
}
WHERE = "status = 'suppressed'"
# What erasing one does: nothing is left but its public id.
ERASE = (
    "update signatures set status = 'erased', email_key = null, invalidated_at = null"
    " where status = 'suppressed'"
)


def upgrade() -> None:
    op.add_column("signatures", sa.Column("invalidated_at", sa.DateTime(), nullable=True))
    op.execute("update signatures set invalidated_at = updated_at where status = 'invalid'")
    _replace(FORMER, by=CHECKS)
    op.create_index(
        "ix_signatures_suppressed",
        "signatures",
        ["action_id", "invalidated_at"],
        unique=False,
        postgresql_where=sa.text(WHERE),
        sqlite_where=sa.text(WHERE),
    )


def downgrade() -> None:
    op.drop_index("ix_signatures_suppressed", table_name="signatures")
    with op.batch_alter_table("signatures", schema=None) as batch_op:
        for name in ("suppressed", "invalidated"):
            batch_op.drop_constraint(op.f(f"ck_signatures_{name}"), type_="check")
    op.execute(ERASE)
    _replace({name: CHECKS[name] for name in FORMER}, by=FORMER)
    with op.batch_alter_table("signatures", schema=None) as batch_op:
        batch_op.drop_column("invalidated_at")


def _replace(former: dict[str, str], by: dict[str, str]) -> None:
    with op.batch_alter_table("signatures", schema=None) as batch_op:
        for name in former:
            batch_op.drop_constraint(op.f(f"ck_signatures_{name}"), type_="check")
        for name, condition in by.items():
            batch_op.create_check_constraint(op.f(f"ck_signatures_{name}"), sa.text(condition))
