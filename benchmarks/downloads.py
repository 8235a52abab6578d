"""Downloads of a million signatures from the staff page, through the shipped nginx: time and completeness."""

import re
import time
import urllib.request
import zipfile
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

from benchmarks.exports import delete_signatures, seed
from benchmarks.staff import log_in
from benchmarks.stand import Database, Effort, Postgres, Row, Sqlite
from tests.support.proxy import SHIPPED, Proxy, free_ports, proxying
from tests.support.servers import Server, descendants, serving, settings_as_environment

FORMATS = ("csv", "xlsx")
CHUNK = 64 * 1024


class Download(NamedTuple):
    """Seconds until the first byte and until the last, and the size in bytes."""

    first: float
    whole: float
    size: int


def downloads(postgres: Postgres, sqlite: Sqlite, effort: Effort) -> list[Row]:
    """Seconds that each download takes. Each file is checked to contain all rows."""
    rows: list[Row] = []
    for database in (postgres, sqlite):
        database.execute("delete from comments")
        delete_signatures(database)
        seed(database, database.action_id(), effort.sizes[-1])
        rows += _figures(database, effort.sizes[-1])
        delete_signatures(database)
    return rows


def _figures(database: Database, size: int) -> list[Row]:
    ports = free_ports()
    settings = {"PUBLIC_URL": f"https://localhost:{ports.secure}", "TRUSTED_PROXIES": 1}
    environment = database.env | settings_as_environment(**settings)
    cookie, rows = log_in(database, "exporter", **settings), []
    for name in FORMATS:
        file = database.folder / f"page.{name}"
        with (
            serving(environment, "--no-outbox") as server,
            proxying(server.address, ports) as proxy,
        ):
            before = _memory(server)
            got = _download(proxy, database, cookie, name, file)
            memory = _memory(server)
        _check_rows(file, size)
        beside = (
            f"complete, {got.size / 1e6:.0f} MB; first byte after {got.first:.1f} s (nginx waits"
            f" {_read_timeout()} s); server process: peak {memory:.0f} MB, {before:.0f} MB before"
        )
        what = f"{database.name}: {size:,} signatures as {name.upper()}"
        rows.append(Row(what, got.whole, " s", beside))
    return rows


def _download(proxy: Proxy, database: Database, cookie: str, name: str, file: Path) -> Download:
    """Download as a browser does: open the page with its form, then submit the form."""
    action_id = database.action_id()
    campaign_id = database.value(f"select campaign_id from actions where id = {action_id}")
    campaign = f"{proxy.address}/staff/campaigns/{campaign_id}"
    page = f"{campaign}/actions/{action_id}/export/"
    headers = {"Cookie": cookie, "Origin": proxy.address, "Referer": page}
    opened = urllib.request.Request(page, headers=headers)
    with urllib.request.urlopen(opened, context=proxy.trust) as answer:
        token = re.search(r'name="csrf_token" value="([^"]+)"', answer.read().decode())[1]
        headers["Cookie"] = answer.headers["Set-Cookie"].partition(";")[0]
    chosen = {"csrf_token": token, "purpose": "team", "format": name, "actions": action_id}
    form = urlencode(chosen).encode()
    sent = urllib.request.Request(f"{campaign}/export/", data=form, headers=headers)
    started = time.perf_counter()
    with urllib.request.urlopen(sent, context=proxy.trust) as answer, file.open("wb") as kept:
        kept.write(answer.read(1))
        first = time.perf_counter() - started
        while chunk := answer.read(CHUNK):
            kept.write(chunk)
    return Download(first, time.perf_counter() - started, file.stat().st_size)


def _check_rows(file: Path, size: int) -> None:
    """Check that a file has a header and all rows, and is not truncated."""
    if file.suffix == ".csv":
        rows = file.read_bytes().count(b"\n")
    else:
        with zipfile.ZipFile(file) as book, book.open("xl/worksheets/sheet1.xml") as sheet:
            rows = _count(sheet, b"<row ")
    file.unlink()
    if rows != size + 1:
        raise RuntimeError(f"{rows} rows in {file}, not {size} and a header")


def _count(stream, mark: bytes) -> int:  # type: ignore[no-untyped-def]
    """Count the occurrences of a mark, including those that span two pieces."""
    found, rest = 0, b""
    while piece := stream.read(1024 * 1024):
        found += (rest + piece).count(mark)
        rest = piece[1 - len(mark) :]
    return found


def _memory(server: Server) -> float:
    """Peak memory of the largest process of the server, in MB (10^6 bytes)."""
    pids = (server.process.pid, *descendants(server.process.pid))
    texts = [Path(f"/proc/{pid}/status").read_text() for pid in pids]
    return max(int(re.search(r"VmHWM:\s+(\d+)", text)[1]) for text in texts) * 1024 / 1e6


def _read_timeout() -> int:
    """Seconds that nginx waits for the first byte of an export."""
    text = (SHIPPED / "nginx.conf").read_text().partition("/changes/)$ {")[2]
    return int(re.search(r"proxy_read_timeout (\d+)s;", text)[1])
