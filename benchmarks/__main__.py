"""Run the benchmarks and write `benchmarks/results.md`. Needs wrk and an idle machine.

python -m benchmarks           runs everything
python -m benchmarks signing   measures one part again, or several; the others stay as they are
python -m benchmarks --quick   takes two minutes, for changes to a hot path; only prints
"""

import os
import platform
import re
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

from benchmarks.clusters import clusters
from benchmarks.dashboards import dashboards
from benchmarks.downloads import downloads
from benchmarks.exports import exports
from benchmarks.flood import flood
from benchmarks.growth import growth
from benchmarks.increments import increments
from benchmarks.invalidation import invalidation
from benchmarks.mails import mails
from benchmarks.pages import pages
from benchmarks.plot import plot
from benchmarks.proofs import proofs
from benchmarks.signing import signing
from benchmarks.staff import staff
from benchmarks.stand import Effort, Postgres, Row, Sqlite, databases
from benchmarks.storm import storm_rows
from benchmarks.switches import switches
from benchmarks.updates import updates

RESULTS = Path(__file__).with_name("results.md")
Part = Callable[[Postgres, Sqlite, Effort], list[Row]]
PARTS: dict[str, Part] = {
    "Signing": signing,
    "Pages": pages,
    "Email": mails,
    "Updates": updates,
    "Exports": exports,
    "Increments": increments,
    "Downloads": downloads,
    "Growth": growth,
    "Staff list": staff,
    "Dashboards": dashboards,
    "Invalidation": invalidation,
    "Clusters": clusters,
    "Flood": flood,
    "Switches": switches,
    "Proofs": proofs,
    "Storm": storm_rows,
}
KEPT = ("Signing",)  # parts that also show the figures of the run before
NOTHING: Mapping[str, str] = MappingProxyType({})
QUICK = ("Signing", "Pages", "Email", "Flood")
SHORT = Effort(seconds=3, rounds=1, exported=100_000, sizes=(0, 100_000), storm=30)
HEAD = """\
# Benchmark results

Measured by `python -m benchmarks`: {cores} cores shared by server, load generator and database, Python
{python}, PostgreSQL 18 and SQLite {sqlite} with durable commits. Figures are medians of {rounds}
or more rounds. But times of staff pages are the 95th percentile of 40 requests, and downloads, the storm
and the peak memory of increments are measured once. Each figure is compared with a limit or peer from the
same run. Signing is also compared with the run before.

![Each figure of the last run of all parts, compared with its limit](results.svg)
"""


def main() -> None:
    wanted = set(sys.argv[1:])
    if wanted - {"--quick", *map(str.lower, PARTS)}:
        sys.exit(f"{__doc__}\nParts: {', '.join(map(str.lower, PARTS))}")
    is_quick = "--quick" in wanted
    names = [n for n in PARTS if n.lower() in wanted] or (QUICK if is_quick else tuple(PARTS))
    effort = SHORT if is_quick else Effort()
    tables = {}
    with (
        tempfile.TemporaryDirectory(prefix="campaign-actions-bench-") as folder,
        databases(Path(folder)) as (postgres, sqlite),
    ):
        for name in names:
            tables[name] = PARTS[name](postgres, sqlite, effort)
            print(_table(name, tables[name]), flush=True)
    if not is_quick:
        _write(tables, effort)
    if names == tuple(PARTS) and not is_quick:
        plot(tables, RESULTS.with_suffix(".svg"))


def _write(tables: dict[str, list[Row]], effort: Effort) -> None:
    """The parts that were measured, and the others as they were."""
    head = HEAD.format(
        cores=os.cpu_count(),
        python=platform.python_version(),
        sqlite=sqlite3.sqlite_version,
        rounds=effort.rounds,
    )
    found = re.split(r"(?m)^(?=## )", RESULTS.read_text())[1:]
    parts = {
        part.partition("\n")[0].removeprefix("## "): "\n" + part.rstrip("\n") + "\n"
        for part in found
    }
    parts |= {
        name: _table(name, rows, _figures_of(parts.get(name, "")) if name in KEPT else {})
        for name, rows in tables.items()
    }
    RESULTS.write_text(head + "".join(parts[name] for name in PARTS if name in parts))


def _figures_of(part: str) -> dict[str, str]:
    """The figures that a part of the file has, each with its day, by measurement."""
    day = re.search(r"Measured on ([\d-]+)\.", part)
    figures = re.findall(r"(?m)^\| (.+?) \| (.+?) \|", part)
    return {what: f"; {figure} on {day[1]}" for what, figure in figures} if day else {}


def _table(name: str, rows: list[Row], earlier: Mapping[str, str] = NOTHING) -> str:
    lines = [
        f"| {row.what} | {row.words} | {row.beside}{earlier.get(row.what, '')} |" for row in rows
    ]
    heading = [f"\n## {name}\n", f"Measured on {datetime.now(UTC).date()}.\n"]
    return "\n".join(
        [*heading, "| measurement | result | compared with |", "|---|---:|---|", *lines, ""]
    )


main()
