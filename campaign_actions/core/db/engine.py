"""The app's way to its database: by its settings, tuned for each kind."""

from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Connection, Engine, event

from campaign_actions.config import WrongSetting
from campaign_actions.core.db.session import BUSY_TIMEOUT_MS, TIMEOUTS, db

SQLITE_PRAGMAS = (
    "journal_mode=wal",
    f"busy_timeout={BUSY_TIMEOUT_MS}",
    "foreign_keys=on",
    "secure_delete=on",  # erased is overwritten, not only forgotten
)


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
            "connect_args": TIMEOUTS,
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
        connection.isolation_level = None  # transactions are begun by us, below
        connection.text_factory = partial(
            str, encoding="utf-8", errors="replace"
        )  # text may be any bytes
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
