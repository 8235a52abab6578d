"""How soon two servers that share only the database follow a switch, and nginx's cache with them."""

import ssl
import time
import urllib.request
from collections.abc import Callable
from contextlib import ExitStack
from statistics import median

from benchmarks.stand import ACTION, Effort, Postgres, Row, Sqlite
from tests.support.faults.signers import Browser, form_of
from tests.support.faults.switching import LIMIT_SECONDS, seconds_until, switch
from tests.support.proxy import Proxy, free_ports, proxying
from tests.support.servers import serving

NOTICE = "Taking part is paused"
TIMES = 5  # off and on again, in each round


def switches(postgres: Postgres, _sqlite: Sqlite, effort: Effort) -> list[Row]:
    """Seconds from the end of the command to the last server that follows, off and on."""
    forms: list[float] = []
    pages: list[float] = []
    with ExitStack() as stack:
        servers = [stack.enter_context(serving(postgres.env, "--no-outbox")) for _ in range(2)]
        addresses = [server.address for server in servers]
        proxy = stack.enter_context(proxying(addresses[0], free_ports()))
        browsers = [Browser(address) for address in addresses]
        hidden = form_of(addresses[0])

        def answer(status: int) -> bool:
            return all(
                browser.sign(f"bench-{time.monotonic_ns()}@example.org", hidden).status == status
                for browser in browsers
            )

        for _turn in range(TIMES * effort.rounds):
            for to, status in (("off", 503), ("on", 303)):
                _read(proxy)  # so that the proxy has the page as it was
                began = switch(postgres.env, to, "sign")
                forms.append(_wait(lambda status=status: answer(status), began))
                pages.append(_wait(lambda to=to: (NOTICE in _read(proxy)) == (to == "off"), began))
        for browser in browsers:
            browser.close()
    return [_row("forms on two servers", forms), _row("the page, through nginx's cache", pages)]


def _wait(is_true: Callable[[], bool], since: float) -> float:
    return seconds_until(is_true, since)


def _read(proxy: Proxy) -> str:
    return _open(f"{proxy.address}{ACTION}", proxy.trust)


def _open(address: str, trust: ssl.SSLContext) -> str:
    with urllib.request.urlopen(address, context=trust, timeout=15) as answer:
        return str(answer.read().decode())


def _row(what: str, seconds: list[float]) -> Row:
    limit = f"limit {LIMIT_SECONDS:.0f} s from the end of the command"
    beside = f"{limit}; slowest of {len(seconds)}: {max(seconds):.1f} s"
    return Row(f"PostgreSQL: a switch reaches {what}", median(seconds), " s", beside)
