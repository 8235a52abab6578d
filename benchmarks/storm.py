"""A load test of the busiest day: everything at once, for five minutes.

    python -m benchmarks.storm [SECONDS [OPTION OF serve]...]

A hundred connections read pages as fast as they get responses. Each second 200 people sign and 150
confirm by the link in their email. An export runs all the time, and rate limits are on. The exit code
is 1 if a requirement is not met: no 5xx, 95% of signings answered within 250 ms, 95% of emails
delivered within 10 s of the signature, and an exact count at the end.
"""

import asyncio
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import NamedTuple

import aiohttp

from benchmarks.growth import confirm_many
from benchmarks.signing import hidden_fields
from benchmarks.stand import ACTION, Effort, Postgres, Row, Sqlite
from campaign_actions import config
from tests.support.servers import PROGRAM, run, serving, until

SECONDS = 300
READERS = 100
SIGNATURES, CONFIRMATIONS = 200, 150  # per second
EXPORTED = 200_000  # rows of the action that is exported at the same time
OTHER_ACTION = "violence-against-women/protection-law"
READING = """\
local pages = {"%(action)s", "%(action)scount.json"}
local n = 0
request = function()
  n = n + 1
  return wrk.format("GET", pages[n %% 2 + 1], {["Accept-Encoding"] = "gzip"})
end
"""


@dataclass
class Day:
    """The events during the test."""

    signed_at: dict[str, float] = field(default_factory=dict)  # by address: when it was sent
    signing: list[float] = field(default_factory=list)  # seconds
    confirming: list[float] = field(default_factory=list)
    mailing: list[float] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)
    links: asyncio.Queue[str] = field(default_factory=asyncio.Queue)


async def _note_mails(mail_server: asyncio.subprocess.Process, day: Day) -> None:
    """Record when each email came, and the link in it."""
    assert mail_server.stdout
    async for line in mail_server.stdout:
        moment, to, token = line.decode().split()
        if to in day.signed_at:
            day.mailing.append(float(moment) - day.signed_at[to])
        day.links.put_nowait(token)


async def storm(env: dict[str, str], address: str, day: Day, seconds: float, folder: Path) -> str:
    """Run everything at once; returns the output of wrk, which requests the pages."""
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(address, connector=connector) as client:
        async with client.get(ACTION) as page:
            hidden = hidden_fields(await page.text())
        await asyncio.sleep(3)  # as long as a person takes, to pass the check for bots
        script = folder / "reading.lua"
        script.write_text(READING % {"action": ACTION})
        command = [
            "wrk",
            "-t1",
            f"-c{READERS}",
            f"-d{seconds:.0f}s",
            "--timeout",
            "10s",
            "--latency",
            "-s",
            str(script),
        ]
        wrk = await asyncio.create_subprocess_exec(*command, address, stdout=subprocess.PIPE)
        end = time.perf_counter() + seconds
        exporting = asyncio.create_task(_export_until(end, env, day, folder))
        await asyncio.gather(
            _steadily(SIGNATURES, end, lambda n: _sign(client, day, hidden, n)),
            _steadily(CONFIRMATIONS, end, lambda _n: _confirm(client, day)),
        )
        said, _ = await wrk.communicate()
        await exporting
        return said.decode()


async def _steadily(rate: int, end: float, begin) -> None:
    """Start `rate` tasks per second, whether or not the earlier ones have finished."""
    started, number, under_way = time.perf_counter(), 0, set()
    while time.perf_counter() < end:
        while number < (time.perf_counter() - started) * rate:
            task = asyncio.create_task(begin(number))
            under_way.add(task)
            task.add_done_callback(under_way.discard)
            number += 1
        await asyncio.sleep(0.005)
    await asyncio.gather(*under_way)


async def _sign(client: aiohttp.ClientSession, day: Day, hidden: dict, number: int) -> None:
    email = f"storm-{number}@example.org"
    form = hidden | {
        "given_name": "Ada",
        "family_name": "Lovelace",
        "country": "RU",
        "email": email,
    }
    source = {"X-Forwarded-For": f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"}
    started = time.perf_counter()
    day.signed_at[email] = started
    status = await _post(client, ACTION, form, source)
    day.signing.append(time.perf_counter() - started)
    day.answers[f"sign {status}"] += 1
    if status != 303:
        del day.signed_at[email]


async def _confirm(client: aiohttp.ClientSession, day: Day) -> None:
    if day.links.empty():
        return
    token = day.links.get_nowait()
    started = time.perf_counter()
    status = await _post(client, f"/en/confirm/{token}/", {}, {})
    day.confirming.append(time.perf_counter() - started)
    day.answers[f"confirm {status}"] += 1


async def _post(client: aiohttp.ClientSession, path: str, form: dict, headers: dict) -> int:
    try:
        async with client.post(path, data=form, headers=headers, allow_redirects=False) as answer:
            await answer.read()
            return answer.status
    except aiohttp.ClientError:
        return 599


async def _export_until(end: float, env: dict[str, str], day: Day, folder: Path) -> None:
    while time.perf_counter() < end:
        command = [
            *PROGRAM,
            "signatures",
            "export",
            OTHER_ACTION,
            "--output",
            str(folder / "names"),
        ]
        process = await asyncio.create_subprocess_exec(*command, env=env, stdout=subprocess.DEVNULL)
        day.answers[f"export {await process.wait()}"] += 1


class Promise(NamedTuple):
    """A requirement at the end of the test, the figure that shows it, and what was required."""

    what: str
    figure: float
    unit: str
    is_kept: bool
    asked: str = ""

    def row(self) -> Row:
        result = "met" if self.is_kept else "NOT MET"
        return Row(f"storm: {self.what}", self.figure, self.unit, f"{self.asked}{result}")


async def play(postgres: Postgres, seconds: float, options: list[str]) -> list[Promise]:
    """Run the whole test; returns the requirements and whether each was met."""
    day = Day()
    command = [sys.executable, "-m", "benchmarks.mail_sink", "--tell"]
    mail_server = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE)
    assert mail_server.stdout
    port = int(await mail_server.stdout.readline())
    noting = asyncio.create_task(_note_mails(mail_server, day))
    settings = {
        "MAIL_URL": f"smtp://127.0.0.1:{port}",
        "TRUSTED_PROXIES": "1",
        "SIGN_LIMIT": config.SIGN_LIMIT,
        "MIN_FILL_SECONDS": str(config.MIN_FILL_SECONDS),
    }
    env = postgres.env | {f"CAMPAIGN_ACTIONS_{name}": value for name, value in settings.items()}
    other = postgres.value("select id from actions where slug = 'protection-law'")
    confirm_many(postgres, other, EXPORTED)
    with serving(env, *options) as server:
        said = await storm(env, server.address, day, seconds, postgres.folder)
        await asyncio.to_thread(until, lambda: _is_all_done(postgres), 150)
        count = int(run(env, "signatures", "count", "racism/hate-crimes"))
        print(run(env, "tallies", "check"), end="")
    mail_server.terminate()
    await noting
    _tell(day, said)
    stored = postgres.value("select count(*) from signatures where email like 'storm-%'")
    return _promises(day, said, seconds, stored, count)


def _promises(day: Day, said: str, seconds: float, stored: int, count: int) -> list[Promise]:
    signed, confirmed = day.answers["sign 303"], day.answers["confirm 303"]
    good = {"sign 303", "confirm 303", "export 0"}
    errors = sum(times for what, times in day.answers.items() if what not in good)
    is_load = signed > 0.99 * SIGNATURES * seconds and confirmed > 0.9 * CONFIRMATIONS * seconds
    is_read = "Non-2xx" not in said and "Socket errors" not in said
    pages = float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])
    signing, mailing = p95(day.signing), p95(day.mailing)
    return [
        Promise("pages read at the same time", pages, "/s", is_read, "no errors: "),
        Promise("signed", signed / seconds, "/s", is_load, f"{SIGNATURES}/s: "),
        Promise("confirmed", confirmed / seconds, "/s", is_load, f"{CONFIRMATIONS}/s: "),
        Promise("error responses", errors, "", not errors, "none: "),
        Promise("signing, 95th percentile", signing * 1000, " ms", signing < 0.25, "250 ms: "),
        Promise("email delivery, 95th percentile", mailing, " s", mailing < 10, "10 s: "),
        Promise("signatures stored once", stored, "", stored == signed, f"{signed:,}: "),
        Promise("signatures with one email", len(day.mailing), "", len(day.mailing) == signed),
        Promise("final count", count, "", count == confirmed, f"{confirmed:,}: "),
    ]


def _is_all_done(postgres: Postgres) -> bool:
    waiting = postgres.value("select count(*) from outbox_mails where status <> 'sent'")
    return not waiting and not postgres.value("select count(*) from tally_ledger")


def _tell(day: Day, said: str) -> None:
    print(f"responses: {dict(day.answers)}")
    print(f"readers: {' '.join(said.split())}")
    for what, values in (
        ("sign", day.signing),
        ("confirm", day.confirming),
        ("email", day.mailing),
    ):
        print(
            f"{what}: {len(values):,}, median {median(values):.3f} s, 95 % in {p95(values):.3f} s,"
            f" longest {max(values):.3f} s"
        )


def p95(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.95)]


def storm_rows(_postgres: Postgres, _sqlite: Sqlite, effort: Effort) -> list[Row]:
    """Run the test as part of all benchmarks, on a PostgreSQL server of its own."""
    return [promise.row() for promise in _on_own_postgres(effort.storm, [])]


def _on_own_postgres(seconds: float, options: list[str]) -> list[Promise]:
    with tempfile.TemporaryDirectory(prefix="campaign-actions-storm-") as name:
        Path(name).chmod(0o755)
        postgres = Postgres(Path(name) / "postgresql")
        try:
            return asyncio.run(play(postgres, seconds, options))
        finally:
            postgres.server.stop()


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    promises = _on_own_postgres(seconds, sys.argv[2:])
    for promise in promises:
        print(f"{promise.row().what}: {promise.row().words} ({promise.row().beside})")
    sys.exit(not all(promise.is_kept for promise in promises))


if __name__ == "__main__":
    main()
