"""Finds PostgreSQL's client programs, checks their versions and runs them safely."""

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
    "{tool} is not installed. Backups of PostgreSQL need its client programs, in the version of the server"
    " or a newer one. On Debian: apt-get install postgresql-client."
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
        """Wait until it exits. Raises BackupRefused with its first error message."""
        if code := self.process.wait():
            self.errors.seek(0)
            lines = self.errors.read(10_000).decode(errors="replace").splitlines()
            # Only the first line: DETAIL and CONTEXT quote rows.
            first = next((line for line in lines if "error:" in line.lower()), f"exit code {code}")
            raise BackupRefused(f"{self.name} failed: {first}")


@contextmanager
def run_tool(command: Sequence[str], environment: dict[str, str]) -> Iterator[Tool]:
    """Run a program during the block, and kill it if it is still running at the end."""
    find_tool(command[0])
    with TemporaryFile() as errors:
        process = subprocess.Popen(  # noqa: S603 -- no part of the command comes from outside
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
    """Raises BackupRefused if a program is missing, or older than the server."""
    command = [find_tool(tool), "--version"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    found = re.search(r"\) (\d+)", result.stdout)
    ours, servers = int(found[1]) if found else 0, _handle(connection).info.server_version // 10_000
    if ours < servers:
        raise BackupRefused(
            f"{tool} has version {ours}, but the server has version {servers}. Install PostgreSQL's client"
            f" programs in version {servers} or newer."
        )


def find_tool(tool: str) -> str:
    path = shutil.which(tool)
    if path is None:
        raise BackupRefused(MISSING.format(tool=tool))
    return path


def environment_of(connection: Connection) -> dict[str, str]:
    """Environment variables with which PostgreSQL's programs connect to the same database.

    The password is among them, since anyone on the machine can read command lines.
    """
    options = _handle(connection).pgconn.info
    given = {o.envvar.decode(): o.val.decode() for o in options if o.envvar and o.val}
    return os.environ | given


def _handle(connection: Connection) -> Any:
    return connection.connection.driver_connection
