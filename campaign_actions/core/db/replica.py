"""The read replica, an optional copy of a PostgreSQL database for exports and other large reads.

It lags a little: what has just been written may not be there yet.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection, make_url
from sqlalchemy.exc import ArgumentError, OperationalError

from campaign_actions.config import WrongSetting
from campaign_actions.core.db.session import TIMEOUTS, db
from campaign_actions.core.errors import DomainError

SNAPSHOT = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
RECOVERY_CONFLICT = "40001"  # SQLSTATE of a query cancelled because it blocked replay


class ReplicaUnavailable(DomainError):
    status = 503
    message = _l(
        "The read replica is not responding. Please try again later. On the server, you can"
        " clear REPLICA_DATABASE_URI to read from the main database."
    )


class ReplicaConflict(DomainError):
    status = 503
    message = _l(
        "The read replica had to cancel this query. Please try again. If this happens"
        " often, set “hot_standby_feedback = on” on the replica."
    )


@contextmanager
def replica_snapshot() -> Iterator[Connection]:
    """One snapshot for exports and other large reads: on the replica if there is one.

    It has a connection of its own, so that something can be written while the export is running.
    Raises ReplicaUnavailable, ReplicaConflict.
    """
    if "replica" not in db.engines:
        options = SNAPSHOT if db.engine.dialect.name == "postgresql" else {"begin": "DEFERRED"}
        with db.engine.connect().execution_options(**options) as connection:
            yield connection
        return
    try:
        with db.engines["replica"].connect().execution_options(**SNAPSHOT) as connection:
            yield connection
    except OperationalError as error:
        code = getattr(error.orig, "sqlstate", None) or ""
        if code == RECOVERY_CONFLICT:
            raise ReplicaConflict from error
        if code[:2] in {"", "08", "57"}:  # no answer, connection lost, shutting down
            raise ReplicaUnavailable from error
        raise


def init_app(app: Flask) -> None:
    """Tell Flask-SQLAlchemy about the replica; call this before engine.init_app()."""
    uri = app.config["REPLICA_DATABASE_URI"]
    if not uri:
        return
    if not app.config["SQLALCHEMY_DATABASE_URI"].startswith("postgresql"):
        raise WrongSetting(
            "REPLICA_DATABASE_URI needs a main database on PostgreSQL. SQLALCHEMY_DATABASE_URI must begin"
            " with postgresql://."
        )
    try:
        is_postgres = make_url(uri).drivername in {"postgresql", "postgresql+psycopg"}
    except (ArgumentError, ValueError):
        is_postgres = False
    if not is_postgres:  # without the address, which may contain a password
        raise WrongSetting(
            "REPLICA_DATABASE_URI must be an address such as postgresql://host/name."
        )
    app.config["SQLALCHEMY_BINDS"] = {"replica": {"url": uri, "connect_args": TIMEOUTS}}
