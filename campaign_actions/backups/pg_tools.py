"""PostgreSQL's own programs: found, held against the server, and run without a secret in sight."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO, Any

from sqlalchemy import Connection

from campaign_actions.backups.archives import BackupRefused

MISSING = (
    "{tool} is not installed. On PostgreSQL a backup needs its client programs, of the server's version"
    " or newer (Debian: apt-get install postgresql-client)."
)


@dataclass(frozen=True)
class Tool:
    """A running program and its three streams."""

    name: str
    process: subprocess.Popen[bytes]
    stdin: IO[bytes]
    stdout: IO[bytes]
    errors: IO[bytes]

    def check_success(self) -> None:
        """Wait for its end. Raises BackupRefused with the first error it told."""
        if code := self.process.wait():
            self.errors.seek(0)
            told = self.errors.read(10_000).decode(errors="replace").splitlines()
            # The first only, and no DETAIL or CONTEXT: those quote rows.
            first = next((line for line in told if "error:" in line.lower()), f"exit code {code}")
            raise BackupRefused(f"{self.name} failed: {first}")


@contextmanager
def run_tool(command: Sequence[str], environment: dict[str, str]) -> Iterator[Tool]:
    """A program that runs until the block ends; what has not ended then is killed."""
    find_tool(command[0])
    with TemporaryFile() as errors:
        process = subprocess.Popen(  # noqa: S603 -- the words of the command are ours
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors
        )
        assert process.stdin
        assert process.stdout
        try:
            yield Tool(command[0], process, process.stdin, process.stdout, errors)
        finally:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                with suppress(OSError):
                    stream.close()


def check_version(tool: str, connection: Connection) -> None:
    """Raises BackupRefused when the program is not there, or older than the server."""
    command = [find_tool(tool), "--version"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    found = re.search(r"\) (\d+)", answer.stdout)
    ours, servers = int(found[1]) if found else 0, _handle(connection).info.server_version // 10_000
    if ours < servers:
        raise BackupRefused(
            f"{tool} is of version {ours}, the server of version {servers}: install PostgreSQL's client"
            f" programs of version {servers} or newer."
        )


def find_tool(tool: str) -> str:
    path = shutil.which(tool)
    if path is None:
        raise BackupRefused(MISSING.format(tool=tool))
    return path


def environment_of(connection: Connection) -> dict[str, str]:
    """The environment in which PostgreSQL's programs reach the same database the same way.

    Everything by environment, the password too: a command line can be read by anybody on the machine.
    """
    options = _handle(connection).pgconn.info
    given = {o.envvar.decode(): o.val.decode() for o in options if o.envvar and o.val}
    return os.environ | given


def _handle(connection: Connection) -> Any:
    return connection.connection.driver_connection
