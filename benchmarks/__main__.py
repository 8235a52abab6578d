"""Run all benchmarks and write `benchmarks/results.md`. Needs wrk; run it on an idle machine."""

import os
import platform
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.exports import exports
from benchmarks.pages import pages
from benchmarks.signing import signing
from benchmarks.stand import Postgres, environment
from tests.running import run

RESULTS = Path(__file__).with_name("results.md")
HEAD = """\
# What was measured

By `make bench` on {day}: {cores} cores shared by server, load and database, Python {python},
PostgreSQL 18 with fsync and synchronous_commit on, medians of three rounds. A figure is worth what
stands beside it: its limit or peer from the same run.

| what | figure | beside it |
|---|---:|---|
"""


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="campaign-actions-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        postgres = Postgres(folder / "postgres")
        env = environment(folder, postgres.url)
        run(env, "db", "upgrade")
        run(env, "demo", "load")
        rows = [*signing(postgres, env, folder), *pages(env), *exports(postgres, env, folder)]
        postgres.server.stop()
    head = HEAD.format(
        day=datetime.now(UTC).date(), cores=os.cpu_count(), python=platform.python_version()
    )
    RESULTS.write_text(head + "".join(f"| {' | '.join(row)} |\n" for row in rows))
    print(RESULTS.read_text())


main()
