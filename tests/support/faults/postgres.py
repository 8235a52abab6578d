"""A durable PostgreSQL server, on a disk of the test's choice, that a test may stop, start and break."""

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
        """Run pg_ctl as the user that the server runs as."""
        postgres_wheel.pgexec(
            "pg_ctl",
            ("-w", "-D", str(self.folder), "-l", str(self.folder / "log"), *words),
            bin_path=self.server.bin_path,
            user=self.server.system_user,
        )

    def stop(self) -> None:
        """Stop it as a crash would: without notice, so that it replays its WAL at the next start."""
        self.control("-m", "immediate", "stop")

    def start(self) -> None:
        """Start it on the same socket as before."""
        options = (self.folder / "postmaster.opts").read_text()
        socket = options.partition('"-k" "')[2].partition('"')[0]
        self.control("-o", f'-h "" -k {socket}', "start")

    def start_if_stopped(self) -> None:
        """Start it if it has stopped and has not recovered on its own."""
        if not self.is_running():
            with suppress(CalledProcessError):
                self.start()

    def is_running(self) -> bool:
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
        with suppress(CalledProcessError):  # already stopped
            postgres.stop()
