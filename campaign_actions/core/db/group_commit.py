"""Group commit: inserts of concurrent requests share one statement, one round trip and one commit.

While a statement runs, the rows of other requests queue up; the next statement takes them all. Under
load they share the work of the database and its wait for the disk, and a single request waits for
no other. A request continues only when its own rows are durable.
"""

import json
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import (
    ColumnClause,
    Connection,
    Engine,
    Text,
    bindparam,
    cast,
    column,
    func,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import JSON
from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    ProgrammingError,
    StatementError,
)

from campaign_actions.core.concurrency import release_slot
from campaign_actions.core.db.session import Base, db, release_connection
from campaign_actions.core.db.upsert import DialectInsert, dialect_insert

MAX_BATCH = 100  # requests in one statement
Row = Mapping[str, object]


@dataclass(frozen=True)
class TableInsert:
    """A table to insert into, its columns, and the ON CONFLICT clause.

    Rows of one statement are inserted in the order of `unique`, the same in every process, so that two
    statements cannot deadlock.
    """

    table: type[Base]
    columns: tuple[str, ...]
    unique: tuple[str, ...] = ()
    on_conflict: Callable[[DialectInsert], DialectInsert] = lambda insert: insert


@dataclass
class PendingInsert:
    """The rows of one request, one for each table, and the outcome."""

    rows: Sequence[Row]
    is_done: bool = False
    error: BaseException | None = None


class GroupCommit:
    """Inserts one row into each of its tables: all of them durably, or none."""

    def __init__(self, *tables: TableInsert) -> None:
        self.tables = tables
        self._queues: WeakKeyDictionary[Engine, Queue] = WeakKeyDictionary()

    def insert(self, *rows: Row) -> None:
        """One row for each table, in their order. Raises the database's error about these rows."""
        release_connection()  # while waiting, take neither a connection
        release_slot()  # nor a slot from requests that can work
        queue = self.queue()
        insert = PendingInsert(rows)
        queue.pending.append(insert)
        with queue.lock:
            while not insert.is_done:
                self._insert_batch(queue.take())
        if insert.error:
            raise insert.error

    def queue(self) -> "Queue":
        """The queue for the current app's database."""
        return self._queues.setdefault(db.engine, Queue())

    def _insert_batch(self, batch: Sequence[PendingInsert]) -> None:
        """Insert a batch at once; if its rows fail or conflict, each request separately."""
        try:
            self._insert(batch)
        except Exception as error:
            if len(batch) > 1 and _is_about_rows(error):
                for insert in batch:
                    self._insert_batch([insert])
            else:
                _finish(batch, error)
        except BaseException as error:
            _finish(batch, error)
        else:
            _finish(batch)

    def _order(self, insert: PendingInsert) -> list[Any]:
        return [insert.rows[0][name] for name in self.tables[0].unique]

    def _insert(self, batch: Sequence[PendingInsert]) -> None:
        in_order = sorted(batch, key=self._order)
        rows_by_table = list(zip(*(insert.rows for insert in in_order), strict=True))
        # Not in a write_transaction(): for a few statements its session costs more than they do.
        with db.engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                self._execute(connection, rows_by_table)
                return
            with connection.execution_options(begin="IMMEDIATE").begin():
                self._execute(connection, rows_by_table)

    def insert_in(self, connection: Connection, *rows: Row) -> None:
        """Run the same statements in the caller's transaction."""
        self._execute(connection, [(row,) for row in rows])

    def _execute(self, connection: Connection, rows_by_table: Sequence[Sequence[Row]]) -> None:
        if connection.dialect.name == "postgresql":
            texts = {f"rows_{n}": _as_json(rows) for n, rows in enumerate(rows_by_table)}
            connection.execute(_statement(self.tables), texts)
            return
        for table, rows in zip(self.tables, rows_by_table, strict=True):
            connection.execute(_insert_many(table), list(rows))


class Queue:
    """The inserts that wait in one process for one database."""

    def __init__(self) -> None:
        self.pending: deque[PendingInsert] = deque()
        self.lock = Lock()

    def take(self) -> list[PendingInsert]:
        return [self.pending.popleft() for _ in range(min(len(self.pending), MAX_BATCH))]


@cache
def _insert_many(target: TableInsert) -> DialectInsert:
    """For SQLite. Cached, like all statements on hot paths."""
    return target.on_conflict(dialect_insert("sqlite")(target.table))


@cache
def _statement(tables: tuple[TableInsert, ...]) -> DialectInsert:
    """For PostgreSQL: one statement with all inserts, whose rows are JSON.

    It is the same for any number of rows, and one text costs the driver a fraction of what the thirty
    values of a row do.
    """
    *first, last = (_insert_json(n, target) for n, target in enumerate(tables))
    return last.add_cte(*(insert.cte(f"insert_{n}") for n, insert in enumerate(first)))


def _insert_json(n: int, target: TableInsert) -> DialectInsert:
    rows = cast(bindparam(f"rows_{n}", type_=Text), JSON)
    row_type: ColumnClause[None] = literal_column(f"null::{target.table.__tablename__}")
    source = func.json_populate_recordset(row_type, rows).table_valued(*map(column, target.columns))
    insert = dialect_insert("postgresql")(target.table).inline()
    return target.on_conflict(insert.from_select(target.columns, select(*source.c)))


def _as_json(rows: Sequence[Row]) -> str:
    return json.dumps(rows, default=_utc, ensure_ascii=False)


def _utc(moment: date) -> str:
    return (moment.astimezone(UTC) if isinstance(moment, datetime) else moment).isoformat()


def _is_about_rows(error: Exception) -> bool:
    """Whether the rows are the cause, not the database: a value that does not fit, or a conflict."""
    if not isinstance(error, DBAPIError):
        return isinstance(error, (ValueError, TypeError, StatementError))
    is_deadlock = getattr(error.orig, "sqlstate", None) == "40P01"
    return isinstance(error, (DataError, IntegrityError, ProgrammingError)) or is_deadlock


def _finish(batch: Sequence[PendingInsert], error: BaseException | None = None) -> None:
    for insert in batch:
        insert.is_done, insert.error = True, error
