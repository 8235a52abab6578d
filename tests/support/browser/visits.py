"""Browsers that visit one site, and checks that apply to every visit."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page

OWN = ("data:", "blob:")
EXPECTED = (  # console errors when the site refuses something, as it should
    "status of 4",
    "'allow-popups' permission is not set",
)


class Visits:
    """Opens pages, each in its own browser context, by default as on a phone.

    Checks that no request leaves the site, and that the console shows no errors.
    """

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser, self.address = browser, address
        self.foreign_requests: list[str] = []
        self.console_errors: list[str] = []

    def open(self, *, width: int = 360, **options: Any) -> Page:
        given = {"base_url": self.address, "viewport": {"width": width, "height": 800}} | options
        context = self.browser.new_context(**given)
        context.set_default_timeout(20_000)
        page = context.new_page()
        page.on("request", lambda request: self._record_request(request.url))
        page.on("console", self._record_error)
        return page

    def check(self) -> None:
        """Check what was recorded since the last check."""
        recorded = self.foreign_requests, self.console_errors
        self.foreign_requests, self.console_errors = [], []
        assert recorded == ([], []), recorded

    def _record_request(self, url: str) -> None:
        if not url.startswith((*OWN, self.address)):
            self.foreign_requests.append(url)

    def _record_error(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(words in message.text for words in EXPECTED):
            self.console_errors.append(message.text)


@contextmanager
def visiting(browser: Browser, address: str) -> Iterator[Visits]:
    """Visits that are checked at the end; their browser contexts are always closed."""
    visits = Visits(browser, address)
    before = set(browser.contexts)
    try:
        yield visits
    finally:
        for context in set(browser.contexts) - before:
            context.close()
    visits.check()
