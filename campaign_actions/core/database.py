"""The database handle, the base class of all tables, UTC times and how to write."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    BigInteger,
    Connection,
    DateTime,
    Engine,
    Integer,
    MetaData,
    bindparam,
    event,
    func,
    inspect,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, registry
from sqlalchemy.types import TypeDecorator

from campaign_actions.config import WrongSetting

BUSY_TIMEOUT = 5000  # milliseconds a writer waits for another
SQLITE_PRAGMAS = (
    "journal_mode=wal",
    f"busy_timeout={BUSY_TIMEOUT}",
    "foreign_keys=on",
    "secure_delete=on",  # erased is overwritten, not only forgotten
)
# A host that is silent is a 503, too: not there within 5 seconds, or 10 seconds without an answer
# to what was sent, or a connection at rest that nobody answers for.
PATIENCE = {
    "connect_timeout": 5,  # seconds
    "tcp_user_timeout": 10_000,  # milliseconds
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 2,
}
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


BigId = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers rows only in INTEGER columns
Json = JSON().with_variant(JSONB, "postgresql")


REVISION = "0006"  # the newest migration: what the database must be at


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
        type_annotation_map={datetime: UtcDateTime}, metadata=MetaData(naming_convention=NAMES)
    )


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})


def utc_now() -> datetime:
    """Now, for doors; everything below them is told the time."""
    return datetime.now(UTC)


@contextmanager
def writing() -> Iterator[Connection]:
    """One write transaction: committed at the end, rolled back on any error.

    On SQLite it takes the write lock at once (BEGIN IMMEDIATE), so that two
    writers wait for each other instead of failing half-way. What was read before
    stays loaded; its transaction ends here.
    """
    with _transaction(begin="IMMEDIATE", isolation_level="READ COMMITTED") as connection:
        yield connection


@contextmanager
def rehearsing() -> Iterator[Connection]:
    """One write transaction that is always rolled back: what is written in it never was.

    Verbs commit: in it they are called in the form that takes a connection. Queries by `db.session`
    see what was written, as long as none of them ends the transaction.
    """
    try:
        with writing() as connection:
            yield connection
            raise _Rehearsed
    except _Rehearsed:
        pass


class _Rehearsed(Exception):
    """The end of a rehearsal."""


@contextmanager
def reading() -> Iterator[Connection]:
    """One snapshot for several statements, or for one whose rows are fetched little by little."""
    with _transaction(begin="DEFERRED", isolation_level="REPEATABLE READ") as connection:
        yield connection


def let_go() -> None:
    """Give back the connection that queries were made on, if any: before a wait for something else."""
    if db.session.registry.has():
        db.session.commit()


def is_any(query: Any) -> bool:
    """Whether a query has a row: asked by who would write, before it takes the lock to do so."""
    found = db.session.connection().execute(query.limit(1)).first() is not None
    db.session.commit()
    return found


def count_at_most(rows: Any, most: int) -> int:
    """How many rows a query has, counted up to `most`, so that counting never takes long."""
    some = rows.limit(most).subquery()
    return db.session.connection().scalar(select(func.count()).select_from(some)) or 0


def note(statement: Any, parameters: Mapping[str, Any]) -> None:
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


def values_of(prefix: str, columns: Iterable[str]) -> dict[str, Any]:
    """A parameter `<prefix>_<column>` for each column."""
    return {column: bindparam(f"{prefix}_{column}") for column in columns}


def dialect_insert(dialect: str) -> Any:
    """The `insert` that knows `on_conflict_…`."""
    return {"sqlite": sqlite.insert, "postgresql": postgresql.insert}[dialect]


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


def add_up(
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


def current_revision() -> str | None:
    """The migration the database is at; None before the first."""
    with db.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        revision: str | None = connection.scalar(text("select version_num from alembic_version"))
        return revision


def init_app(app: Flask) -> None:
    """Connect the app to the database its settings name; SQLite in the instance folder by default."""
    uri = app.config["SQLALCHEMY_DATABASE_URI"]
    if not uri:
        uri = f"sqlite:///{Path(app.instance_path) / 'campaign_actions.sqlite'}"
    if not uri.startswith(("sqlite:", "postgresql:", "postgresql+psycopg:")):
        raise WrongSetting("SQLALCHEMY_DATABASE_URI must begin with sqlite:// or postgresql://.")
    app.config["SQLALCHEMY_DATABASE_URI"] = uri
    pool = {"pool_size": app.config["SQLALCHEMY_POOL_SIZE"], "pool_use_lifo": True}
    if uri.startswith("postgresql"):
        pool |= {
            "connect_args": PATIENCE,
            "isolation_level": "AUTOCOMMIT",  # a query is one round trip; see writing(), reading()
        }
    if uri != "sqlite://":  # in memory it is one connection
        app.config["SQLALCHEMY_ENGINE_OPTIONS"] = pool | app.config["SQLALCHEMY_ENGINE_OPTIONS"]
    db.init_app(app)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            _tune_sqlite(db.engine)


def _tune_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we begin transactions ourselves, below
        for pragma in SQLITE_PRAGMAS:
            connection.execute(f"pragma {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        # What was acknowledged survives a power cut; only note() asks for less.
        synchronous = options.get("synchronous", "full")
        if connection.info.get("synchronous") != synchronous:
            connection.exec_driver_sql(f"pragma synchronous={synchronous}")
            connection.info["synchronous"] = synchronous
        connection.exec_driver_sql(f"BEGIN {options.get('begin', 'DEFERRED')}")
