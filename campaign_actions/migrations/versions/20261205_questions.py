"""Questions of an action’s own, how far their answers were deleted, and their use in consent texts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")
TABLES = ("actions", "action_texts")
USES = "use in ('crm', 'code', 'compared', 'actions', 'questions')"
FORMER_USES = "use in ('crm', 'code', 'compared', 'actions')"


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("questions", JSON, nullable=False, server_default="{}"))
    op.create_table(
        "answer_deletions",
        sa.Column("action_id", sa.Integer(), sa.ForeignKey("actions.id"), nullable=False),
        sa.Column("question", sa.String(10), nullable=False),
        sa.Column("signed_until", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("action_id", "question"),
    )
    set_uses(USES)


def downgrade() -> None:
    """Answers to questions that the former program does not know are deleted, and so is their use."""
    op.execute(sa.text(FORMER_ANSWERS[op.get_bind().dialect.name]))
    op.execute(sa.text("delete from consent_uses where use = 'questions'"))
    set_uses(FORMER_USES)
    op.drop_table("answer_deletions")
    for table in TABLES:
        op.drop_column(table, "questions")


def set_uses(condition: str) -> None:
    with op.batch_alter_table("consent_uses") as table:
        table.drop_constraint(op.f("ck_consent_uses_use"), type_="check")
        table.create_check_constraint(op.f("ck_consent_uses_use"), condition)


# A pledge keeps what the person pledges.
FORMER_ANSWERS = {
    "sqlite": """
        update signatures set answers = case
            when json_type(answers, '$.promise') is not null
            then json_object('promise', json_extract(answers, '$.promise')) else '{}' end
        where action_id in (select id from actions where questions <> '{}') and answers <> '{}'
    """,
    "postgresql": """
        update signatures set answers = case
            when jsonb_exists(answers, 'promise')
            then jsonb_build_object('promise', answers -> 'promise') else '{}' end
        where action_id in (select id from actions where questions <> '{}') and answers <> '{}'
    """,
}
