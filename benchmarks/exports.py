"""Rows a second of an export, and the memory it takes, beside psql's own \\copy."""

import subprocess
import time
from pathlib import Path

from benchmarks.stand import Postgres, middle
from tests.running import PROGRAM

ROWS = 500_000
ROUNDS = 3
SEED = """
insert into signatures (public_id, action_id, status, email, email_key, given_name, family_name,
 country_code, locale, comment, show_name, wants_updates, answers, consent_version, channel, source,
 signed_at, confirmed_at, updated_at)
select substr(md5('id' || n), 1, 26), {action}, 'confirmed', 'signer-' || n || '@example.org',
 md5(n::text) || 'ffffffff', 'Мария', 'Иванова-' || n, 'RU', 'ru',
 case when n % 3 = 0 then 'Потому что это касается каждого, ' || n end, n % 2 = 0, n % 5 = 0, '{{}}', 1,
 'page', case when n % 4 = 0 then 'leaflet' end, ts, ts, ts
from (select n, timestamp '2026-11-01' + n * interval '1 second' as ts
      from generate_series(1, {rows}) n) rows
"""


def exports(postgres: Postgres, env: dict[str, str], folder: Path) -> list[tuple[str, str, str]]:
    postgres.execute("truncate signatures, outbox_mails")
    postgres.execute(SEED.format(action=postgres.action_id(), rows=ROWS))
    postgres.execute("vacuum analyze signatures")
    peer = middle([_copy(postgres, folder) for _ in range(ROUNDS)])
    rows = [("psql \\copy of the same table, csv", f"{peer:,.0f} rows/s", "the limit")]
    for name in ("csv", "jsonl", "xlsx"):
        results = [_export(env, folder, name) for _ in range(ROUNDS)]
        rate, memory = middle([r[0] for r in results]), middle([r[1] for r in results])
        rows.append(
            (
                f"signatures export --format {name}",
                f"{rate:,.0f} rows/s",
                f"{rate / peer:.2f} of \\copy, start of the program included; {memory:.0f} MB at most",
            )
        )
    return rows


def _copy(postgres: Postgres, folder: Path) -> float:
    started = time.perf_counter()
    statement = f"\\copy signatures to '{folder / 'peer.csv'}' csv header"
    psql = [postgres.programs / "psql", "-q", postgres.url, "-c", statement]
    subprocess.run(psql, check=True)
    return ROWS / (time.perf_counter() - started)


def _export(env: dict[str, str], folder: Path, name: str) -> tuple[float, float]:
    """Rows a second, and the largest memory of the process in MB (10^6 bytes)."""
    file = folder / f"export.{name}"
    command = [
        "signatures",
        "export",
        "racism/hate-crimes",
        "--format",
        name,
        "--output",
        str(file),
    ]
    watched = ["/usr/bin/env", "python3", "-c", WATCH, *PROGRAM, *command]
    started = time.perf_counter()
    output = subprocess.run(watched, env=env, check=True, capture_output=True, text=True).stdout
    seconds = time.perf_counter() - started
    return ROWS / seconds, int(output.split()[-1]) * 1024 / 1e6


WATCH = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
