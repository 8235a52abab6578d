"""A table with every kind of cell, and fixtures that export its rows."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import Connection, MetaData, Table, Text, insert, select

from campaign_actions.core.db.session import UtcDateTime, db, read_snapshot
from campaign_actions.exports import FORMATS, Column, Section
from campaign_actions.exports.base import Kind

CELLS = Table(
    "cells",
    MetaData(),
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("comment", Text),
    sa.Column("code", Text),
    sa.Column("version", sa.Integer),
    sa.Column("is_shown", sa.Boolean),
    sa.Column("signed_at", UtcDateTime),
)
COLUMNS = (
    Column("comment", CELLS.c.comment),
    Column("code", CELLS.c.code, "plain"),
    Column("version", CELLS.c.version, "plain"),
    Column("is_shown", CELLS.c.is_shown, "boolean"),
    Column("signed_at", CELLS.c.signed_at, "time"),
)
Export = Callable[..., bytes]


@pytest.fixture
def connection(app: Flask) -> Iterator[Connection]:
    """A connection to each kind of database; the table is removed with the transaction."""
    with read_snapshot() as connection:
        CELLS.create(connection)
        yield connection
        db.session.rollback()


@pytest.fixture
def cells_table(connection: Connection) -> Table:
    """The table, for queries of a test's own."""
    return CELLS


@pytest.fixture
def export(connection: Connection) -> Export:
    """Exports rows, given as dicts of the values that are not null, in a format."""
    return lambda name, rows, **options: b"".join(_write(connection, name, rows, **options))


@pytest.fixture
def export_columns(connection: Connection) -> Export:
    """Exports texts as CSV, each in the first, a middle and the last column of its row."""

    def export(texts: list[str], kind: Kind = "text", **options: bool) -> bytes:
        connection.execute(CELLS.delete())
        if texts:
            connection.execute(insert(CELLS), [{"comment": text} for text in texts])
        columns = [Column(f"column_{number}", CELLS.c.comment, kind) for number in range(3)]
        query = select(CELLS).order_by(CELLS.c.id)
        return b"".join(FORMATS["csv"].write([Section(columns, query)], connection, **options))

    return export


@pytest.fixture
def export_from_both(apps: dict[str, Flask]) -> Iterator[Callable[..., list[bytes]]]:
    """Exports the same rows from SQLite and from PostgreSQL."""
    with ExitStack() as stack:
        connections = []
        for app in apps.values():
            with app.app_context():
                engine = db.engine
            isolation = "READ COMMITTED" if engine.dialect.name == "postgresql" else "SERIALIZABLE"
            connected = engine.connect().execution_options(isolation_level=isolation)
            connections.append(stack.enter_context(connected))
            CELLS.create(connections[-1])
        yield lambda name, rows, **options: [
            b"".join(_write(connection, name, rows, **options)) for connection in connections
        ]


def _write(
    connection: Connection, name: str, rows: list[dict[str, Any]], **options: bool
) -> Iterator[bytes]:
    connection.execute(CELLS.delete())
    if rows:
        nulls = dict.fromkeys(CELLS.c.keys())
        connection.execute(
            insert(CELLS), [nulls | row | {"id": number} for number, row in enumerate(rows, 1)]
        )
    query = select(CELLS).order_by(CELLS.c.id)
    return FORMATS[name].write([Section(COLUMNS, query)], connection, **options)
