"""Parts of statements that both kinds of database understand."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, text
from sqlalchemy.dialects import postgresql, sqlite


def bind_columns(prefix: str, columns: Iterable[str]) -> dict[str, Any]:
    """A parameter `<prefix>_<column>` for each column."""
    return {column: bindparam(f"{prefix}_{column}") for column in columns}


def dialect_insert(dialect: str) -> Any:
    """The `insert` that knows `on_conflict_…`."""
    return {"sqlite": sqlite.insert, "postgresql": postgresql.insert}[dialect]


def advisory_lock(connection: Connection, lock: int) -> None:
    """Until the transaction ends nobody else has the lock of this number. SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": lock})


def upsert_sums(
    connection: Connection,
    table: Any,
    rows: Sequence[Mapping[str, Any]],
    *,
    add: Sequence[str],
    replace: Sequence[str] = (),
) -> None:
    """Insert rows, if any; where the primary key knows one, its numbers in `add` grow by the new ones.

    What is in `replace` takes the place of the old.
    """
    if not rows:
        return
    insert = dialect_insert(connection.dialect.name)(table)
    sums = {column: getattr(table, column) + insert.excluded[column] for column in add}
    given = {column: insert.excluded[column] for column in replace}
    unique = table.__table__.primary_key
    connection.execute(insert.on_conflict_do_update(index_elements=unique, set_=sums | given), rows)
