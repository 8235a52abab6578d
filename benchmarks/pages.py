"""Pages per second, cached and rendered for each request, and the size of a page over the network."""

import gzip
import re
import urllib.request

from benchmarks.peers import serving_peer
from benchmarks.stand import ACTION, Effort, Postgres, Row, Sqlite, wrk
from tests.support.servers import serving

PAGES = {"action page": ACTION, "count.json": f"{ACTION}count.json"}
FONTS = {"en": ("core", "latin"), "ru": ("core", "cyrillic")}  # subsets that a page needs


def pages(postgres: Postgres, _sqlite: Sqlite, effort: Effort) -> list[Row]:
    with serving_peer("bare") as address:
        bare, _wait = wrk(f"{address}/", effort)
    with serving_peer("empty_flask") as address:
        flask, _wait = wrk(f"{address}/", effort)
    rows = [
        Row("a WSGI application that only sends 6 kB", bare, "/s", "the server's limit"),
        Row("an empty Flask app", flask, "/s", "Flask's limit"),
    ]
    with serving(postgres.env, "--no-outbox") as server:
        for name, path in PAGES.items():
            rate, wait = wrk(server.address + path, effort)
            beside = f"{rate / bare:.2f} of the bare application, p99 {wait:.0f} ms"
            rows.append(Row(f"{name}, cached", rate, "/s", beside))
        weights = [_weight(server.address, locale) for locale in FONTS]
    with serving_peer("uncached", "--factory", env=postgres.env) as address:
        for name, path in PAGES.items():
            rate, wait = wrk(address + path, effort, plain=True)
            beside = f"{rate / flask:.2f} of an empty Flask app, p99 {wait:.0f} ms"
            rows.append(Row(f"{name}, not cached", rate, "/s", beside))
    return [*rows, *weights]


def _weight(address: str, locale: str) -> Row:
    """The size of all that a browser fetches for the action page: with gzip, and only the fonts needed."""
    html = _fetch(address + ACTION.replace("/en/", f"/{locale}/"))
    page = gzip.decompress(html).decode()
    sheet = re.findall(r'href="(/static/[^"]+\.css)"', page)
    scripts = re.findall(r'src="(/[^"]+\.js)"', page)
    folder = sheet[0].partition("/bundles/")[0]
    fonts = [f"{folder}/fonts/rubik-{name}.woff2" for name in FONTS[locale]]
    total = len(html) + sum(len(_fetch(address + path)) for path in [*sheet, *scripts, *fonts])
    beside = f"{total / 60_000:.2f} of 60 kB; HTML {len(html):,}, {len(html) / 15_000:.2f} of 15 kB"
    return Row(f"size of the action page, {locale}", total, " bytes", beside)


def _fetch(address: str) -> bytes:
    request = urllib.request.Request(address, headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request) as answer:
        return answer.read()
