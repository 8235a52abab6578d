"""Parts of statements for both SQLite and PostgreSQL."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, text
from sqlalchemy.dialects import postgresql, sqlite

from campaign_actions.core.db.session import Base

DialectInsert = sqlite.Insert | postgresql.Insert


def bind_columns(prefix: str, columns: Iterable[str]) -> dict[str, BindParameter[Any]]:
    """A bind parameter `<prefix>_<column>` for each column."""
    return {column: bindparam(f"{prefix}_{column}") for column in columns}


def dialect_insert(dialect: str) -> Callable[[type[Base]], DialectInsert]:
    """The `insert` of a dialect, which has `on_conflict_…` methods."""
    return sqlite.insert if dialect == "sqlite" else postgresql.insert


def advisory_lock(connection: Connection, lock: int) -> None:
    """Hold a lock, by its number, until the transaction ends. SQLite has a single writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": lock})


def upsert_sums(
    connection: Connection,
    table: type[Base],
    rows: Sequence[Mapping[str, object]],
    *,
    add: Sequence[str],
    replace: Sequence[str] = (),
) -> None:
    """Insert rows. Where the key exists, add to the columns in `add` and overwrite those in `replace`."""
    if not rows:
        return
    insert = dialect_insert(connection.dialect.name)(table)
    sums = {column: getattr(table, column) + insert.excluded[column] for column in add}
    given = {column: insert.excluded[column] for column in replace}
    unique = table.__table__.primary_key
    connection.execute(insert.on_conflict_do_update(index_elements=unique, set_=sums | given), rows)
