"""Browsers that visit one site, and what every visit must hold."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page

OWN = ("data:", "blob:")
EXPECTED = (  # what the console says when something of ours refuses, as it should
    "status of 4",
    "'allow-popups' permission is not set",
)


class Visits:
    """Opens pages, each in a browser of its own, as a phone shows them if nothing else is said.

    No request leaves the site, and nothing is complained of in the console.
    """

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser, self.address = browser, address
        self.strangers: list[str] = []
        self.complaints: list[str] = []

    def open(self, *, width: int = 360, **options: Any) -> Page:
        given = {"base_url": self.address, "viewport": {"width": width, "height": 800}} | options
        context = self.browser.new_context(**given)
        context.set_default_timeout(20_000)
        page = context.new_page()
        page.on("request", lambda request: self._note(request.url))
        page.on("console", self._hear)
        return page

    def check(self) -> None:
        """What was noted until now; the next check begins anew."""
        noted = self.strangers, self.complaints
        self.strangers, self.complaints = [], []
        assert noted == ([], []), noted

    def _note(self, url: str) -> None:
        if not url.startswith((*OWN, self.address)):
            self.strangers.append(url)

    def _hear(self, said: ConsoleMessage) -> None:
        if said.type == "error" and not any(words in said.text for words in EXPECTED):
            self.complaints.append(said.text)


@contextmanager
def visiting(browser: Browser, address: str) -> Iterator[Visits]:
    """Visits that are checked at the end; their browsers are closed whatever happens."""
    visits = Visits(browser, address)
    before = set(browser.contexts)
    try:
        yield visits
    finally:
        for context in set(browser.contexts) - before:
            context.close()
    visits.check()
