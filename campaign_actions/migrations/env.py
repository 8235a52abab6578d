"""Runs the migrations on the database of the application."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection

from campaign_actions.core.db.alembic import is_compared
from campaign_actions.core.db.session import UtcDateTime, db


def plainly(kind: str, value: Any, _context: AutogenContext) -> str | Literal[False]:
    """Migrations name the types of the database, not ours: ours may change, they must not."""
    return "sa.DateTime()" if kind == "type" and isinstance(value, UtcDateTime) else False


@contextmanager
def free_of_foreign_keys(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by making another and dropping the first, whose rows others refer to.

    So it must not look meanwhile, and is asked at the end: https://sqlite.org/lang_altertable.html
    The switch does nothing inside a transaction.
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
    """Raises RuntimeError where a migration left a row that refers to nothing."""
    if connection.dialect.name != "sqlite":
        return
    if lost := connection.exec_driver_sql("pragma foreign_key_check").all():
        raise RuntimeError(f"Rows refer to others that are gone: {lost[:10]}")


with db.engine.connect() as connection, free_of_foreign_keys(connection):
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        render_as_batch=True,
        compare_type=True,
        compare_server_default=True,
        render_item=plainly,
        include_object=is_compared,
    )
    with context.begin_transaction():
        context.run_migrations()
        check_foreign_keys(connection)
