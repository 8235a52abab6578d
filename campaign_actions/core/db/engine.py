"""Connects the app to the database of its settings, with options for each kind."""

from functools import partial
from pathlib import Path
from sqlite3 import Connection as SqliteConnection

from flask import Flask
from sqlalchemy import Connection, Engine, event

from campaign_actions.config import WrongSetting
from campaign_actions.core.db import name_search_sql
from campaign_actions.core.db.session import BUSY_TIMEOUT_MS, TIMEOUTS, db

SQLITE_PRAGMAS = (
    "journal_mode=wal",
    f"busy_timeout={BUSY_TIMEOUT_MS}",
    "foreign_keys=on",
    "secure_delete=on",  # overwrite what is deleted
)


def init_app(app: Flask) -> None:
    """Configure the database of the settings, by default SQLite in the instance folder."""
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
            "isolation_level": "AUTOCOMMIT",  # a query is one round trip; see core/db/session
        }
    if uri != "sqlite://":  # a database in memory has one connection and no pool
        app.config["SQLALCHEMY_ENGINE_OPTIONS"] = pool | app.config["SQLALCHEMY_ENGINE_OPTIONS"]
    db.init_app(app)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            _tune_sqlite(db.engine)


def _tune_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def connect(connection: SqliteConnection, _record: object) -> None:
        connection.isolation_level = None  # begin() below begins transactions
        # Text may contain invalid UTF-8, written by other programs.
        connection.text_factory = partial(str, encoding="utf-8", errors="replace")
        name_search_sql.add_to(connection)
        for pragma in SQLITE_PRAGMAS:
            connection.execute(f"pragma {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        # A commit survives a power cut unless the transaction asks for less: see core/db/session.
        synchronous = options.get("synchronous", "full")
        if connection.info.get("synchronous") != synchronous:
            connection.exec_driver_sql(f"pragma synchronous={synchronous}")
            connection.info["synchronous"] = synchronous
        connection.exec_driver_sql(f"BEGIN {options.get('begin', 'DEFERRED')}")
