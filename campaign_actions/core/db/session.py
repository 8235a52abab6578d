"""The database handle, the base class of all tables, UTC times and how to write."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from typing import Any

from flask import has_app_context
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    BigInteger,
    Connection,
    DateTime,
    Integer,
    MetaData,
    func,
    inspect,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import DeclarativeBase, registry
from sqlalchemy.types import TypeDecorator

BUSY_TIMEOUT_MS = 5000  # milliseconds a writer waits for another
# A host that is silent is a 503, too: not there within 5 seconds, or 10 seconds without an answer
# to what was sent, or a connection at rest that nobody answers for.
TIMEOUTS = {
    "connect_timeout": 5,  # seconds
    "tcp_user_timeout": 10_000,  # milliseconds
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 2,
}
# What the database raises when it cannot work at the moment, whatever it was asked.
UNAVAILABLE: tuple[type[Exception], ...] = (
    OperationalError,  # away, shutting down, starting up, full, busy
    InterfaceError,  # the connection was closed meanwhile
    InternalError,  # it takes no writes: another machine has become the primary
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


HEAD_REVISION = "0013"


class UtcDateTime(TypeDecorator[datetime]):
    """A point in time: aware UTC in Python, naive UTC in every database."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        return value and value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        return value and value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    registry = registry(
        type_annotation_map={datetime: UtcDateTime},
        metadata=MetaData(naming_convention=NAMING_CONVENTION),
    )


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})


def utc_now() -> datetime:
    """Now, for doors; everything below them is told the time."""
    return datetime.now(UTC)


@contextmanager
def write_transaction(*, waits_for_disk: bool = True) -> Iterator[Connection]:
    """One write transaction: committed at the end, rolled back on any error.

    On SQLite it takes the write lock at once (BEGIN IMMEDIATE), so that two
    writers wait for each other instead of failing half-way. What was read before
    stays loaded; its transaction ends here.
    `waits_for_disk=False` is for what may be lost with the power, as in `write_async_commit()`.
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
    """One write transaction that is always rolled back: what is written in it never was.

    Verbs commit: in it they are called in the form that takes a connection. Queries by `db.session`
    see what was written, as long as none of them ends the transaction.
    """
    try:
        with write_transaction() as connection:
            yield connection
            raise _Rehearsed
    except _Rehearsed:
        pass


class _Rehearsed(Exception):
    """The end of a rehearsal."""


@contextmanager
def read_snapshot() -> Iterator[Connection]:
    """One snapshot for several statements, or for one whose rows are fetched little by little."""
    with _transaction(begin="DEFERRED", isolation_level="REPEATABLE READ") as connection:
        yield connection


def release_connection() -> None:
    """Give back the connection that queries were made on, if any: before a wait for something else."""
    if has_app_context() and db.session.registry.has():
        db.session.commit()


def has_rows(query: Any) -> bool:
    """Whether a query has a row: asked by who would write, before it takes the lock to do so."""
    found = db.session.connection().execute(query.limit(1)).first() is not None
    db.session.commit()
    return found


def count_at_most(rows: Any, most: int) -> int:
    """How many rows a query has, counted up to `most`, so that counting never takes long."""
    some = rows.limit(most).subquery()
    return db.session.connection().scalar(select(func.count()).select_from(some)) or 0


def write_async_commit(statement: Any, parameters: Mapping[str, Any]) -> None:
    """Run one update or delete, made at import, that does not wait for the disk.

    For what may be done twice: it survives a kill of this program, but when the machine of the
    database loses power, or PostgreSQL itself is killed, the last second of notes may be gone.
    """
    if db.engine.dialect.name == "postgresql":
        db.session.connection().execute(_in_haste(statement), parameters)
        db.session.commit()
    else:
        with _transaction(begin="IMMEDIATE", synchronous="normal") as connection:
            connection.execute(statement, parameters)


@cache
def _in_haste(statement: Any) -> Any:
    """With a wish for the transaction that the statement is by itself: one round trip, not four."""
    return statement.where(func.set_config("synchronous_commit", "off", True) == "off")


@contextmanager
def _transaction(
    *, begin: str, isolation_level: str = "", synchronous: str = "full"
) -> Iterator[Connection]:
    """SQLite is told how to begin; PostgreSQL how to isolate, and to leave AUTOCOMMIT."""
    is_sqlite = db.engine.dialect.name == "sqlite"
    options = {"isolation_level": isolation_level}
    if is_sqlite:
        options = {"begin": begin, "synchronous": synchronous}
    db.session.commit()
    try:
        yield db.session.connection(execution_options=options)
        db.session.commit()
    except BaseException as error:
        db.session.rollback()
        if isinstance(error, db.engine.dialect.loaded_dbapi.Error):
            # Lost while it was told how to isolate, where SQLAlchemy lets the driver's error through.
            raise OperationalError(None, None, error) from error
        raise


def current_revision() -> str | None:
    """The migration the database is at; None before the first."""
    with db.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        revision: str | None = connection.scalar(text("select version_num from alembic_version"))
        return revision
