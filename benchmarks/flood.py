"""How long signing takes while 16 threads try passwords, with none, and with as many readers of a page."""

import http.client
import re
import subprocess
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles

from benchmarks.signing import hidden_fields
from benchmarks.stand import ACTION, Effort, Postgres, Row, Sqlite, need_wrk
from tests.support.servers import serving

SIGNERS = 4
PAUSE = 0.05  # seconds between two signatures of one signer, as in a busy hour
THREADS = 16  # threads that try passwords, each as fast as it gets responses
GOAL = 2  # signing may take this many times as long
LOG_INS = """\
wrk.method = "POST"
wrk.body = "csrf_token=%(token)s&email=nobody%%40example.org&password=correct+horse+battery"
wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
wrk.headers["Cookie"] = "%(cookie)s"
"""


def flood(postgres: Postgres, sqlite: Sqlite, effort: Effort) -> list[Row]:
    """The median p95 of the rounds. Rate limits are off, because a real flood comes from many sources."""
    need_wrk()
    rows = []
    for database in (postgres, sqlite):
        env = database.env | {"CAMPAIGN_ACTIONS_RATELIMIT_ENABLED": "0"}
        with serving(env, "--no-outbox") as server:
            script = _log_ins(server.address, database.folder)
            alone, flooded, read = [], [], []
            for _round in range(effort.rounds):
                alone.append(_p95(server.address, effort.seconds))
                with _flooded(server.address, ["-s", str(script)], effort.seconds):
                    flooded.append(_p95(server.address, effort.seconds))
                with _flooded(server.address, [], effort.seconds):
                    read.append(_p95(server.address, effort.seconds))
        without, during, beside_readers = median(alone), median(flooded), median(read)
        what = f"{database.name}: p95 of signing"
        read_beside = f"{beside_readers / without:.1f} times as long"
        beside = f"{during / without:.1f} times as long; limit {GOAL} times"
        rows += [
            Row(what, without, " ms", "without logins"),
            Row(f"{what} while {THREADS} threads try passwords", during, " ms", beside),
            Row(
                f"{what} while {THREADS} threads read the log-in page",
                beside_readers,
                " ms",
                read_beside,
            ),
        ]
    return rows


def _p95(address: str, seconds: int) -> float:
    """The p95 in milliseconds for signers who each send one signature after another."""
    with urllib.request.urlopen(address + ACTION) as answer:
        fields = hidden_fields(answer.read().decode())
    fields |= {"given_name": "Ada", "family_name": "Lovelace", "country": "RU"}
    end = time.monotonic() + seconds
    with ThreadPoolExecutor(SIGNERS) as signers:
        rounds = [signers.submit(_sign, address, fields, n, end) for n in range(SIGNERS)]
    waits = [wait for signer in rounds for wait in signer.result()]
    return quantiles(waits, n=20)[-1] * 1000


def _sign(address: str, fields: dict[str, str], signer: int, end: float) -> list[float]:
    waits = []
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(address).netloc, timeout=60)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    while time.monotonic() < end:
        email = f"flood-{signer}-{time.time_ns()}@example.org"
        body = urllib.parse.urlencode(fields | {"email": email})
        began = time.perf_counter()
        connection.request("POST", ACTION, body, headers)
        answer = connection.getresponse()
        answer.read()
        waits.append(time.perf_counter() - began)
        if answer.status != 303:
            raise RuntimeError(f"A signature was answered with {answer.status}.")
        time.sleep(PAUSE)
    return waits


@contextmanager
def _flooded(address: str, script: list[str], seconds: int) -> Iterator[None]:
    """Request the log-in page during the block, as a script of wrk says, starting one second before it."""
    options = ["-t1", f"-c{THREADS}", f"-d{seconds + 10}s", "--timeout", "30s", *script]
    process = subprocess.Popen(
        ["wrk", *options, f"{address}/staff/login"], stdout=subprocess.DEVNULL
    )
    try:
        time.sleep(1)
        yield
    finally:
        process.terminate()
        process.wait()


def _log_ins(address: str, folder: Path) -> Path:
    """A wrk script that repeatedly submits the log-in form of one browser."""
    with urllib.request.urlopen(f"{address}/staff/login") as answer:
        page, cookie = answer.read().decode(), answer.headers["Set-Cookie"].partition(";")[0]
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]
    script = folder / "log-ins.lua"
    script.write_text(LOG_INS % {"token": urllib.parse.quote(token), "cookie": cookie})
    return script
