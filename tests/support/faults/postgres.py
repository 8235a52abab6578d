"""A PostgreSQL that a test may break: durable, on a disk of its choice, stopped and started at will."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from subprocess import CalledProcessError
from typing import Any

import psycopg

from tests.support import postgres_wheel


class OwnPostgres:
    """A server from the wheel, with fsync on."""

    def __init__(self, folder: Path) -> None:
        self.server: Any = postgres_wheel.get_server(folder)
        self.folder = folder
        self.url: str = self.server.get_uri()

    def control(self, *words: str) -> None:
        """pg_ctl, as the user the server runs as."""
        postgres_wheel.pgexec(
            "pg_ctl",
            ("-w", "-D", str(self.folder), "-l", str(self.folder / "log"), *words),
            bin_path=self.server.bin_path,
            user=self.server.system_user,
        )

    def stop(self) -> None:
        """As a crash would: no word to anybody, and its log is read when it starts again."""
        self.control("-m", "immediate", "stop")

    def start(self) -> None:
        """With the socket it had."""
        options = (self.folder / "postmaster.opts").read_text()
        socket = options.partition('"-k" "')[2].partition('"')[0]
        self.control("-o", f'-h "" -k {socket}', "start")

    def revive(self) -> None:
        """Start it where it has ended; where it helped itself there is nothing to do."""
        if not self.is_there():
            with suppress(CalledProcessError):
                self.start()

    def is_there(self) -> bool:
        try:
            self.execute("select 1")
        except psycopg.OperationalError:
            return False
        return True

    def execute(self, statement: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def own_postgres(folder: Path) -> Iterator[OwnPostgres]:
    postgres = OwnPostgres(folder)
    try:
        yield postgres
    finally:
        with suppress(CalledProcessError):  # it was stopped already
            postgres.stop()
