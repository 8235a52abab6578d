"""Runs the migrations on the database of the application."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from campaign_actions.core.database import UtcDateTime, db


def plainly(kind: str, value: Any, _context: AutogenContext) -> str | Literal[False]:
    """Migrations name the types of the database, not ours: ours may change, they must not."""
    return "sa.DateTime()" if kind == "type" and isinstance(value, UtcDateTime) else False


with db.engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        render_as_batch=True,
        compare_type=True,
        compare_server_default=True,
        render_item=plainly,
    )
    with context.begin_transaction():
        context.run_migrations()
