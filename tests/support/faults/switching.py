"""Switches something on one machine, and watches until all others follow."""

import re
import time
from collections.abc import Callable, Mapping
from contextlib import closing

from tests.support.faults.signers import Answer, Browser
from tests.support.servers import run, until

LIMIT_SECONDS = 15.0  # what the page of the switches promises


def switch(environment: Mapping[str, str], to: str, name: str) -> float:
    """Switch something with the command; returns the moment at which that was done."""
    run(environment, "switch", to, name, "--reason", "A test")
    return time.monotonic()


def seconds_until(is_true: Callable[[], bool], since: float) -> float:
    """How long it took from a moment until something was true. Fails after the limit."""
    until(is_true, LIMIT_SECONDS)
    return time.monotonic() - since


def page_of(address: str, page: str) -> Answer:
    with closing(Browser(address)) as browser:
        return browser.ask("GET", page)


def has_form(answer: Answer) -> bool:
    return (
        answer.status == 200
        and re.search(r'<form class="form" method="post"', answer.body) is not None
    )
