"""Slow clients delay nobody else: the shipped nginx shields the app from them."""

import time

import pytest

from tests.support.proxy import Proxy
from tests.support.proxy_client import PETITION, ask, sign
from tests.support.servers import until
from tests.support.slow_clients import crowd

SECONDS = 12.0  # longer than the shipped timeouts


@pytest.mark.slow
def test_three_hundred_slow_clients_delay_nobody(unlimited_proxy):
    """A page from the proxy, one from the app and a signature are each answered within a second.

    One in a hundred may take longer if the machine is busy with something else. A client that had
    to wait for a slow one would wait ten seconds, until the slow one is cut off.
    """
    with crowd(unlimited_proxy.ports.secure, heads=100, bodies=100, readers=100) as connected:
        until(lambda: connected() == 300, 60)

        answers, seconds = visits(unlimited_proxy, seconds=SECONDS)

        assert connected() >= 200
    assert set(answers) == {200, 404, 303}
    assert len(answers) >= 100
    assert sorted(seconds)[len(seconds) * 99 // 100] < 1
    assert max(seconds) < 5


def visits(proxy: Proxy, *, seconds: float) -> tuple[list[int], list[float]]:
    """Visit until the time is up; returns the statuses, and the seconds that each took."""
    answers, took = [], []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for visit in (page, page_of_the_app, signature):
            started = time.monotonic()
            answers.append(visit(proxy, len(answers)))
            took.append(time.monotonic() - started)
    return answers, took


def page(proxy: Proxy, _number: int) -> int:
    return ask(proxy, PETITION).status


def page_of_the_app(proxy: Proxy, number: int) -> int:
    """A page that the proxy never caches: a link that nobody was sent."""
    return ask(proxy, f"/en/confirm/{number}/").status


def signature(proxy: Proxy, number: int) -> int:
    """The page and its form: two requests."""
    return sign(proxy, email=f"signer{number}@example.org").status
