"""The Alembic environment: runs the migrations on the application's database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection

from campaign_actions.core.db.alembic import is_compared
from campaign_actions.core.db.session import UtcDateTime, db


def render_item(kind: str, value: object, _context: AutogenContext) -> str | Literal[False]:
    """Migrations use plain database types, because our own types may change later."""
    return "sa.DateTime()" if kind == "type" and isinstance(value, UtcDateTime) else False


@contextmanager
def foreign_keys_off(connection: Connection) -> Iterator[None]:
    """Switch off foreign keys on SQLite, outside any transaction; see check_foreign_keys().

    SQLite changes a table by copying it and dropping the original, to which other rows may refer:
    https://sqlite.org/lang_altertable.html
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver: Any = connection.connection.dbapi_connection
    driver.execute("pragma foreign_keys=off")
    try:
        yield
    finally:
        connection.rollback()
        driver.execute("pragma foreign_keys=on")


def check_foreign_keys(connection: Connection) -> None:
    """Raises RuntimeError if a migration has left a dangling reference on SQLite."""
    if connection.dialect.name != "sqlite":
        return
    if dangling := connection.exec_driver_sql("pragma foreign_key_check").all():
        raise RuntimeError(f"Rows refer to missing rows: {dangling[:10]}")


with db.engine.connect() as connection, foreign_keys_off(connection):
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        render_as_batch=True,
        compare_type=True,
        compare_server_default=True,
        render_item=render_item,
        include_object=is_compared,
    )
    with context.begin_transaction():
        context.run_migrations()
        check_foreign_keys(connection)
