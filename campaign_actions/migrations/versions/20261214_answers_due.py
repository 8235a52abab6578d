"""When the first answers in an exported file have to be deleted.

For files of earlier versions this is not known, so their holders are asked at once.
"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

FILES = """
    select export_records.id, export_records.columns, actions.questions
    from export_records
    join exported_actions on exported_actions.export_id = export_records.id
    join actions on actions.id = exported_actions.action_id
    where export_records.destroyed_at is null
"""
UPDATE = "update export_records set answers_due_at = started_at where id = :id"


def upgrade() -> None:
    op.add_column("export_records", sa.Column("answers_due_at", sa.DateTime()))
    found = op.get_bind().execute(sa.text(FILES)).all()
    due = {number for number, columns, questions in found if _have_answers(columns, questions)}
    for number in sorted(due):
        op.get_bind().execute(sa.text(UPDATE), {"id": number})


def downgrade() -> None:
    op.drop_column("export_records", "answers_due_at")


def _have_answers(columns, questions) -> bool:
    """Whether a file has the answers to a question that are kept for some days only."""
    names, asked = _parsed(columns), _parsed(questions)
    return any(one.get("keep_days") and f"answers.{key}" in names for key, one in asked.items())


def _parsed(value):
    """JSON, which PostgreSQL may have parsed already."""
    return json.loads(value) if isinstance(value, str) else value
