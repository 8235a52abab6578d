"""The database handle, the base class of all tables, UTC times, and transactions."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeAlias

from flask import has_app_context
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    Connection,
    DateTime,
    Delete,
    Dialect,
    Integer,
    MetaData,
    Select,
    Update,
    delete,
    func,
    inspect,
    literal,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import DeclarativeBase, registry
from sqlalchemy.types import TypeDecorator

BUSY_TIMEOUT_MS = 5000  # how long a writer waits for another on SQLite
# For psycopg. A silent host raises OperationalError (503) after 5 seconds while connecting, after 10
# seconds without an answer to what was sent, and on an idle connection after 20.
TIMEOUTS = {
    "connect_timeout": 5,  # seconds
    "tcp_user_timeout": 10_000,  # milliseconds
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 2,
}
# The errors that SQLAlchemy raises while the database cannot work, whatever the statement.
UNAVAILABLE: tuple[type[Exception], ...] = (
    OperationalError,  # away, shutting down, starting up, full, busy
    InterfaceError,  # the connection has been closed
    InternalError,  # read-only, since another machine has become the primary
    PoolTimeout,
)
NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


BigId = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers rows only in INTEGER columns
Json = JSON().with_variant(JSONB, "postgresql")
JsonValue: TypeAlias = (  # a value of such a column
    Mapping[str, "JsonValue"] | Sequence["JsonValue"] | str | int | float | bool | None
)


HEAD_REVISION = "0035"  # the newest migration: what the database must be at


class UtcDateTime(TypeDecorator[datetime]):
    """A point in time: aware UTC in Python, naive UTC in every database."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value and value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value and value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    registry = registry(
        type_annotation_map={datetime: UtcDateTime},
        metadata=MetaData(naming_convention=NAMING_CONVENTION),
    )


class UncommittedChanges(RuntimeError):
    """A transaction would begin or end inside another one, or while the session has changed objects."""


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})
AnySelect = Select[*tuple[Any, ...]]  # of any columns
_OPEN = "transaction is open"  # in the session's info, inside _transaction()


def utc_now() -> datetime:
    """The current time, for pages and commands; below them it is a parameter."""
    return datetime.now(UTC)


@contextmanager
def write_transaction(*, waits_for_disk: bool = True) -> Iterator[Connection]:
    """One write transaction: committed at the end, rolled back on any error.

    On SQLite it takes the write lock at once (BEGIN IMMEDIATE), so that two writers queue instead of
    failing half-way. Like every transaction here it runs on the connection of `db.session`, and first
    ends the session's read transaction; loaded objects stay loaded. Transactions do not nest.
    `waits_for_disk=False` is for what may be lost in a power cut: see `write_async_commit()`.

    Raises UncommittedChanges.
    """
    how = {"begin": "IMMEDIATE", "isolation_level": "READ COMMITTED"}
    if not waits_for_disk:
        how["synchronous"] = "normal"
    with _transaction(**how) as connection:
        if not waits_for_disk and connection.dialect.name == "postgresql":
            connection.execute(text("set local synchronous_commit to off"))
        yield connection


@contextmanager
def rolled_back() -> Iterator[Connection]:
    """One write transaction that is always rolled back, for a dry run.

    Verbs commit, so call the form of them that takes a connection. Queries by `db.session` see what
    was written. Raises UncommittedChanges.
    """
    try:
        with write_transaction() as connection:
            yield connection
            raise _RollBack
    except _RollBack:
        pass


class _RollBack(Exception):
    """Ends a dry run."""


@contextmanager
def read_snapshot() -> Iterator[Connection]:
    """One snapshot for several statements, or for one whose rows are fetched in batches.

    Raises UncommittedChanges.
    """
    with _transaction(begin="DEFERRED", isolation_level="REPEATABLE READ") as connection:
        yield connection


def release_connection() -> None:
    """End the session's read transaction, if any, so that its connection is free while we wait.

    Loaded objects stay loaded. Raises UncommittedChanges rather than commit changes of the caller.
    """
    if not has_app_context() or not db.session.registry.has():
        return
    session = db.session()
    if not session.in_transaction():
        return
    if _OPEN in session.info or session.new or session.dirty or session.deleted:
        raise UncommittedChanges
    session.commit()


def has_rows(query: AnySelect) -> bool:
    """Whether a query has a row: to be asked before taking the lock for a write.

    Ends the read transaction. Raises UncommittedChanges.
    """
    found = db.session.connection().execute(query.limit(1)).first() is not None
    release_connection()
    return found


def delete_rows(table: type[Base], condition: ColumnElement[bool]) -> None:
    """Delete the rows of a table that meet a condition, in a transaction of its own, if there are any."""
    if has_rows(select(literal(1)).select_from(table).where(condition)):
        with write_transaction() as connection:
            connection.execute(delete(table).where(condition))


def count_at_most(query: AnySelect, limit: int) -> int:
    """How many rows a query has, counted up to `limit`, so that counting never takes long."""
    rows = query.limit(limit).subquery()
    return db.session.connection().scalar(select(func.count()).select_from(rows)) or 0


def write_async_commit(statement: Update | Delete, parameters: Mapping[str, object]) -> None:
    """Run one update or delete, built at import, without waiting for the disk.

    For what may be done twice: it survives the end of this program, but the last second of such
    writes may be lost when the machine of the database loses power or PostgreSQL itself is killed.

    Raises UncommittedChanges.
    """
    if db.engine.dialect.name == "postgresql":
        release_connection()
        db.session.connection().execute(_with_async_commit(statement), parameters)
        release_connection()
    else:
        with _transaction(begin="IMMEDIATE", synchronous="normal") as connection:
            connection.execute(statement, parameters)


@cache
def _with_async_commit(statement: Update | Delete) -> Update | Delete:
    """The statement with the setting of its own transaction in it: one round trip instead of four."""
    return statement.where(func.set_config("synchronous_commit", "off", True) == "off")


@contextmanager
def _transaction(
    *, begin: str, isolation_level: str = "", synchronous: str = "full"
) -> Iterator[Connection]:
    """`begin` and `synchronous` are for SQLite, `isolation_level` for PostgreSQL, which leaves AUTOCOMMIT."""
    is_sqlite = db.engine.dialect.name == "sqlite"
    options = {"isolation_level": isolation_level}
    if is_sqlite:
        options = {"begin": begin, "synchronous": synchronous}
    release_connection()
    info = db.session.info
    info[_OPEN] = True
    try:
        yield db.session.connection(execution_options=options)
        db.session.commit()
    except BaseException as error:
        db.session.rollback()
        if isinstance(error, db.engine.dialect.loaded_dbapi.Error):
            # SQLAlchemy does not wrap a driver's error while it sets the isolation level.
            raise OperationalError(None, None, error) from error
        raise
    finally:
        info.pop(_OPEN, None)


def current_revision() -> str | None:
    """The newest migration that the database has; None before the first."""
    with db.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        revision: str | None = connection.scalar(text("select version_num from alembic_version"))
        return revision
