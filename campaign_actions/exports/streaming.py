"""Rows of a query as bytes, a few hundred at a time, without holding the rest."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Select
from sqlalchemy.exc import DBAPIError

ROWS_AT_ONCE = 500
# Times are cast to text, and a server may be told to write them otherwise. More processes of the
# server gain nothing on two cores, for all rows go one way, and take from those who sign.
FOR_A_COPY = "SET LOCAL datestyle TO ISO; SET LOCAL max_parallel_workers_per_gather TO 0"


def copy_rows(connection: Connection, query: Select[Any], options: str) -> Iterator[bytes]:
    """What PostgreSQL's COPY makes of the rows: one statement, one snapshot."""
    driver: Any = connection.connection.driver_connection
    errors: Any = connection.dialect.loaded_dbapi
    try:
        with driver.cursor() as cursor:
            cursor.execute(FOR_A_COPY)
            with cursor.copy(_copy(connection, query, options)) as rows:
                each = iter(rows)
                while chunk := b"".join(islice(each, ROWS_AT_ONCE)):
                    yield chunk
    except errors.Error as error:  # as of any other query
        raise DBAPIError.instance("COPY", None, error, errors.Error) from error


def fetch_lines(connection: Connection, query: Select[Any]) -> Iterator[bytes]:
    """The lines of a query whose only column is a whole line, its end included."""
    result = connection.execute(query, execution_options={"yield_per": ROWS_AT_ONCE})
    for lines in result.scalars().partitions():
        yield "".join(lines).encode()


def _copy(connection: Connection, query: Select[Any], options: str) -> str:
    """COPY takes no parameters, so values are written into it as literals."""
    select = query.compile(connection, compile_kwargs={"literal_binds": True})
    text = str(select) % ()  # the driver doubles every percent sign
    return f"COPY ({text}) TO STDOUT ({options}, ENCODING 'UTF8')"
