"""Inserts that are made as one, and for many requests as one: one round trip, one commit.

While a statement is under way, the rows of other requests wait; the next statement takes them
all. So the work of the database and the wait for its disk are shared in a rush, and a lone
request waits for nobody. A request goes on only when its own rows are durable.
"""

import json
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import (
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
from campaign_actions.core.db.upsert import dialect_insert

MAX_BATCH = 100  # requests in one statement
Row = Mapping[str, Any]


@dataclass(frozen=True)
class TableInsert:
    """Rows for a table: their columns, and what happens where there is such a row already.

    Rows of one statement are inserted in the order of `unique`, the same in every process, so
    that two statements never wait for each other in a circle.
    """

    table: type[Base]
    columns: tuple[str, ...]
    unique: tuple[str, ...] = ()
    on_conflict: Callable[[Any], Any] = lambda insert: insert


@dataclass
class PendingInsert:
    """What one request wants to insert, a row for each table, and what became of it."""

    rows: Sequence[Row]
    is_done: bool = False
    error: BaseException | None = None


class GroupCommit:
    """Inserts one row into each table: all of them, durably, or none."""

    def __init__(self, *tables: TableInsert) -> None:
        self.tables = tables
        self._queues: WeakKeyDictionary[Engine, Queue] = WeakKeyDictionary()

    def insert(self, *rows: Row) -> None:
        """One row for each table, in their order. Raises what the database says about them."""
        release_connection()  # who waits keeps no connection from those who work,
        release_slot()  # and no place among them
        queue = self.queue()
        ticket = PendingInsert(rows)
        queue.waiting.append(ticket)
        with queue.turn:
            while not ticket.is_done:
                self._lead(queue.take())
        if ticket.error:
            raise ticket.error

    def queue(self) -> "Queue":
        """Where requests for the app's database wait."""
        return self._queues.setdefault(db.engine, Queue())

    def _lead(self, tickets: Sequence[PendingInsert]) -> None:
        """Insert what has come together; where rows fail or collide, each request for itself."""
        try:
            self._insert(tickets)
        except Exception as error:
            if len(tickets) > 1 and _is_about_rows(error):
                for ticket in tickets:
                    self._lead([ticket])
            else:
                _finish(tickets, error)
        except BaseException as error:
            _finish(tickets, error)
        else:
            _finish(tickets)

    def _order(self, ticket: PendingInsert) -> list[Any]:
        return [ticket.rows[0][name] for name in self.tables[0].unique]

    def _insert(self, tickets: Sequence[PendingInsert]) -> None:
        in_order = sorted(tickets, key=self._order)
        rows_by_table = list(zip(*(ticket.rows for ticket in in_order), strict=True))
        # Not by writing(): for a few statements its session costs more than they do.
        with db.engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                self._execute(connection, rows_by_table)
                return
            with connection.execution_options(begin="IMMEDIATE").begin():
                self._execute(connection, rows_by_table)

    def insert_in(self, connection: Connection, *rows: Row) -> None:
        """By the same statements, but in a transaction of the caller: for a rehearsal."""
        self._execute(connection, [(row,) for row in rows])

    def _execute(self, connection: Connection, rows_by_table: Sequence[Sequence[Row]]) -> None:
        if connection.dialect.name == "postgresql":
            texts = {f"rows_{n}": _as_json(rows) for n, rows in enumerate(rows_by_table)}
            connection.execute(_statement(self.tables), texts)
            return
        for table, rows in zip(self.tables, rows_by_table, strict=True):
            connection.execute(_insert_many(table), list(rows))


class Queue:
    """The requests that wait in one process for one database."""

    def __init__(self) -> None:
        self.waiting: deque[PendingInsert] = deque()
        self.turn = Lock()

    def take(self) -> list[PendingInsert]:
        return [self.waiting.popleft() for _ in range(min(len(self.waiting), MAX_BATCH))]


@cache
def _insert_many(rows: TableInsert) -> Any:
    """For SQLite, made once as all statements on hot paths."""
    return rows.on_conflict(dialect_insert("sqlite")(rows.table))


@cache
def _statement(tables: tuple[TableInsert, ...]) -> Any:
    """All inserts as one statement for PostgreSQL, whose rows come as JSON.

    So it is the same statement for any number of rows; and one text costs the driver a fraction
    of what thirty values of a row do.
    """
    *first, last = (_insert_json(n, rows) for n, rows in enumerate(tables))
    return last.add_cte(*(insert.cte(f"insert_{n}") for n, insert in enumerate(first)))


def _insert_json(n: int, rows: TableInsert) -> Any:
    text = cast(bindparam(f"rows_{n}", type_=Text), JSON)
    as_row: Any = literal_column(f"null::{rows.table.__tablename__}")
    source = func.json_populate_recordset(as_row, text).table_valued(*map(column, rows.columns))
    insert = dialect_insert("postgresql")(rows.table).inline()
    return rows.on_conflict(insert.from_select(rows.columns, select(*source.c)))


def _as_json(rows: Sequence[Row]) -> str:
    return json.dumps(rows, default=_utc, ensure_ascii=False)


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def _is_about_rows(error: Exception) -> bool:
    """Not about the database: a value that does not fit, rows of one statement that collide."""
    if not isinstance(error, DBAPIError):
        return isinstance(error, (ValueError, TypeError, StatementError))
    is_deadlock = getattr(error.orig, "sqlstate", None) == "40P01"
    return isinstance(error, (DataError, IntegrityError, ProgrammingError)) or is_deadlock


def _finish(tickets: Sequence[PendingInsert], error: BaseException | None = None) -> None:
    for ticket in tickets:
        ticket.is_done, ticket.error = True, error
