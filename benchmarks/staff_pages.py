"""Compares how long the staff pages of the demo take with another commit.

python -m benchmarks.staff_pages COMMIT    prints a line per page and a summary

Both programs run at the same time, each with its own data, and are asked by turns, so that whatever else the
machine does slows both. Only pages that both have are compared.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

from tests.support.servers import answers, free_port, until

HERE = Path(__file__).parents[1]
TIMES = 40  # requests per page and program
MOST = 60  # pages
START = "/staff/"
LINK = re.compile(r'href="(/staff/[^"#?]*)"')
LEAVES = ("/staff/logout", "/file/", "/download", ".csv", ".png", ".svg", ".zip")
LOG_IN = """
from campaign_actions import create_app
from campaign_actions.staff.queries import find_member
from tests.support.staff_client import cookie_of
app = create_app()
with app.app_context():
    print("=".join(cookie_of(app, find_member("administrator@demo.example"))))
"""


def main() -> None:
    """Measure, and print the 95th percentiles in milliseconds and their ratio."""
    with (
        tempfile.TemporaryDirectory(prefix="campaign-actions-bench-") as folder,
        ExitStack() as stack,
    ):
        then = stack.enter_context(_checkout(sys.argv[1], Path(folder) / "then"))
        before = stack.enter_context(_program(then, Path(folder) / "a"))
        after = stack.enter_context(_program(HERE, Path(folder) / "b"))
        pages = [page for page in _crawl(after) if _answers(before, page)]
        slow = [_compare(before, after, page) for page in pages]
    ratios = [new / old for old, new in slow]
    print(f"{len(pages)} pages; 95th percentile, now / then: median ratio {median(ratios):.2f}")
    total_old, total_new = (sum(column) for column in zip(*slow, strict=True))
    print(f"all pages together: {total_new:.0f} / {total_old:.0f} ms = {total_new / total_old:.2f}")


@contextmanager
def _checkout(commit: str, folder: Path) -> Iterator[Path]:
    """The tree of the commit, with its static files built and its catalogs compiled."""
    git = ["git", "-C", str(HERE), "worktree"]
    subprocess.run([*git, "add", "--detach", "--quiet", str(folder), commit], check=True)
    try:
        _python(folder, {}, "hatch_build.py")
        yield folder
    finally:
        subprocess.run([*git, "remove", "--force", str(folder)], check=True)


def _python(tree: Path, settings: dict[str, str], *command: str) -> str:
    environment = os.environ | settings | {"PYTHONPATH": str(tree)}
    line = [sys.executable, *command]
    return subprocess.run(
        line, cwd=tree, env=environment, check=True, stdout=subprocess.PIPE, text=True
    ).stdout


@contextmanager
def _program(tree: Path, instance: Path) -> Iterator[tuple[str, str]]:
    """The address and the cookie of a server with the demo."""
    port = free_port()
    settings = {
        "CAMPAIGN_ACTIONS_DEMO": "1",
        "CAMPAIGN_ACTIONS_INSTANCE": str(instance),
    }
    instance.mkdir()
    module = ("-m", "campaign_actions")
    _python(tree, settings, *module, "db", "upgrade")
    _python(tree, settings, *module, "demo", "load")
    cookie = _python(tree, settings, "-c", LOG_IN).strip().splitlines()[-1]
    environment = os.environ | settings | {"PYTHONPATH": str(tree)}
    server = subprocess.Popen(
        [sys.executable, *module, "serve", "--port", str(port), "--no-outbox"],
        cwd=tree,
        env=environment,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        until(lambda: answers(f"{address}/readyz"))
        yield address, cookie
    finally:
        server.terminate()
        server.wait(40)


def _crawl(program: tuple[str, str]) -> list[str]:
    """Pages linked from the overview and from what it links to; one of each shape of address."""
    found: dict[str, str] = {}
    seen, waiting = {START}, [START]
    while waiting and len(found) < MOST:
        page = waiting.pop(0)
        shape = re.sub(r"\d+", "#", page)
        if shape in found:
            continue
        text = _get(program, page)
        if text is None:
            continue
        found[shape] = page
        links = [link for link in LINK.findall(text) if not any(part in link for part in LEAVES)]
        waiting += [link for link in links if link not in seen]
        seen.update(links)
    return list(found.values())


def _answers(program: tuple[str, str], page: str) -> bool:
    return _get(program, page) is not None


def _get(program: tuple[str, str], page: str) -> str | None:
    address, cookie = program
    request = urllib.request.Request(address + page, headers={"Cookie": cookie})
    try:
        with urllib.request.urlopen(request) as answer:
            text: str = answer.read().decode()
    except urllib.error.HTTPError:
        return None
    return text


def _compare(before: tuple[str, str], after: tuple[str, str], page: str) -> tuple[float, float]:
    taken = defaultdict(list)
    for _time in range(TIMES):
        for program in (before, after):
            started = time.perf_counter()
            _get(program, page)
            taken[program].append((time.perf_counter() - started) * 1000)
    old, new = (sorted(taken[program])[int(TIMES * 0.95)] for program in (before, after))
    print(f"{new:7.1f} / {old:7.1f} ms = {new / old:.2f}  {page}", flush=True)
    return old, new


if __name__ == "__main__":
    main()
