"""Rows of a query as bytes, a few hundred at a time, and the end of a stream."""

from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from campaign_actions.exports.base import Query

CHUNK_ROWS = 500
# Times are cast to text, whose format depends on a setting of the server. Parallel workers would
# gain nothing, since all rows go through one connection, and would slow down signing.
COPY_SETTINGS = "SET LOCAL datestyle TO ISO; SET LOCAL max_parallel_workers_per_gather TO 0"


def copy_rows(connection: Connection, query: Query, options: str) -> Iterator[bytes]:
    """The rows as PostgreSQL's COPY writes them, in one statement and one snapshot."""
    driver: Any = connection.connection.driver_connection
    errors: Any = connection.dialect.loaded_dbapi
    try:
        with driver.cursor() as cursor:
            cursor.execute(COPY_SETTINGS)
            with cursor.copy(_copy(connection, query, options)) as rows:
                remaining = iter(rows)
                while chunk := b"".join(islice(remaining, CHUNK_ROWS)):
                    yield chunk
    except errors.Error as error:  # as with any other query
        raise DBAPIError.instance("COPY", None, error, errors.Error) from error


def fetch_lines(connection: Connection, query: Query) -> Iterator[bytes]:
    """The lines of a query whose only column is a line with its line break."""
    result = connection.execute(query, execution_options={"yield_per": CHUNK_ROWS})
    for lines in result.scalars().partitions():
        yield "".join(lines).encode()


@contextmanager
def closing_source(source: Iterable[object]) -> Iterator[None]:
    """Close a generator in the end, and with it what it uses, such as a query. Others need no closing."""
    try:
        yield
    finally:
        if isinstance(source, Generator):
            source.close()


def _copy(connection: Connection, query: Query, options: str) -> str:
    """COPY takes no parameters, so values are inserted as literals."""
    select = query.compile(connection, compile_kwargs={"literal_binds": True})
    text = str(select) % ()  # the driver doubles every percent sign
    return f"COPY ({text}) TO STDOUT ({options}, ENCODING 'UTF8')"
