"""How long the hardest proof of work takes in a browser, and a new challenge on the server."""

import shutil
import time
from datetime import UTC, datetime
from statistics import median

from playwright.sync_api import sync_playwright

from benchmarks.stand import Effort, Postgres, Row, Sqlite
from campaign_actions import create_app
from campaign_actions.core.security.proof_of_work import COST, MAX_TRIES, new_challenge

PHONE = (
    6  # how many times slower than one core here we take a phone of 2018 to be; Lighthouse takes 4
)
LIMIT = 5000  # milliseconds on that phone
# What static/altcha/pbkdf2.js does for each number, in one worker: most phones use several.
WORK = """async ([tries, cost]) => {
  const started = performance.now();
  const salt = new Uint8Array(16);
  for (let number = 0; number < tries; number++) {
    const name = "PBKDF2", secret = new Uint8Array(20);
    const key = await crypto.subtle.importKey("raw", secret, { name }, false, ["deriveKey"]);
    const how = { name, salt, iterations: cost, hash: "SHA-256" };
    const kind = { name: "AES-GCM", length: 256 };
    const derived = await crypto.subtle.deriveKey(how, key, kind, true, ["encrypt"]);
    await crypto.subtle.exportKey("raw", derived);
  }
  return performance.now() - started;
}"""


def proofs(_postgres: Postgres, _sqlite: Sqlite, effort: Effort) -> list[Row]:
    """Medians, in milliseconds."""
    browser = median(_in_browser(effort.rounds))
    return [
        Row(
            f"the most work for one form, a phone taken as {PHONE} times slower",
            browser * PHONE,
            " ms",
            f"limit {LIMIT:,} ms; {browser:.0f} ms here",
        ),
        Row("a new challenge, on the server", _on_server(), " ms", "a page takes about 3 ms"),
    ]


def _in_browser(rounds: int) -> list[float]:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.route("http://localhost/", lambda route: route.fulfill(body="<p>A page"))
        page.goto("http://localhost/")  # WebCrypto needs a secure context
        taken = [float(page.evaluate(WORK, [MAX_TRIES, COST])) for _round in range(rounds)]
        browser.close()
    return taken


def _on_server() -> float:
    app = create_app()
    now = datetime.now(UTC)
    taken = []
    with app.app_context():
        for _time in range(50):
            started = time.perf_counter()
            new_challenge("1", now=now)
            taken.append((time.perf_counter() - started) * 1000)
    return median(taken)
