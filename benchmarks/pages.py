"""Renders a second of the action page, and what it weighs over the wire."""

import gzip
import re
import urllib.request

from benchmarks.stand import ACTION, middle, wrk
from tests.running import serving

SECONDS = 6
ROUNDS = 3
FONTS = {"en": ("core", "latin"), "ru": ("core", "cyrillic")}  # what the page's characters need


def pages(env: dict[str, str]) -> list[tuple[str, str, str]]:
    with serving(env, "--no-outbox") as server:
        address = server.address
        empty = [
            wrk(f"{address}/healthz", clients=16, seconds=SECONDS)["rate"] for _ in range(ROUNDS)
        ]
        rates = [wrk(address + ACTION, clients=16, seconds=SECONDS)["rate"] for _ in range(ROUNDS)]
        weights = [_weight(address, locale) for locale in FONTS]
    return [
        (
            "an answer without a page (/healthz)",
            f"{middle(empty):,.0f}/s",
            "the limit of the stack",
        ),
        (
            "action page, rendered each time",
            f"{middle(rates):,.0f}/s",
            f"{middle(rates) / middle(empty):.2f} of an answer without a page",
        ),
        *weights,
    ]


def _weight(address: str, locale: str) -> tuple[str, str, str]:
    """Everything one visit of the action page fetches, as browsers do: gzip, fonts as needed."""
    html = _fetch(address + ACTION.replace("/en/", f"/{locale}/"))
    page = gzip.decompress(html).decode()
    sheet, scripts = (
        re.findall(r'href="(/static/[^"]+\.css)"', page),
        re.findall(r'src="(/[^"]+\.js)"', page),
    )
    folder = sheet[0].rsplit("/", 1)[0]
    fonts = [f"{folder}/fonts/rubik-{name}.woff2" for name in FONTS[locale]]
    parts = [len(_fetch(address + path)) for path in [*sheet, *scripts, *fonts]]
    total = len(html) + sum(parts)
    return (
        f"action page over the wire, {locale}",
        f"{total:,} bytes",
        f"{total / 60_000:.2f} of 60 kB; HTML {len(html):,}, {len(html) / 15_000:.2f} of 15 kB",
    )


def _fetch(address: str) -> bytes:
    request = urllib.request.Request(address, headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request) as answer:
        return answer.read()
