"""Fixtures for a real browser and real servers, which run as long as the test process."""

import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.support.browser.sites import Place, served
from tests.support.browser.visits import visiting

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
QUIET = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *(
        "--disable-background-networking",
        "--disable-component-update",
        "--renderer-process-limit=1",
    ),
]


@pytest.fixture(scope="session")
def site(in_memory: Path) -> Iterator[Place]:
    """A site with its worker, which delivers queued emails and updates counts automatically."""
    with served(in_memory / "site") as place:
        yield place


@pytest.fixture(scope="session")
def workplace(in_memory: Path) -> Iterator[Place]:
    """A site without a worker: nothing is delivered, and what a test creates stays unchanged.

    It also serves the pseudo-locales.
    """
    with served(in_memory / "workplace", "--no-outbox", PSEUDO_LOCALES=True) as place:
        yield place


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM:
        if os.environ.get("CI"):
            pytest.fail("CI needs a browser: apt-get install chromium")
        pytest.skip("no Chromium on this machine (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser: Browser, site: Place) -> Iterator[Any]:
    """Opens public pages of the site, and checks that no visit leaves a cookie."""
    opened: list[Page] = []

    def open_page(**options: Any) -> Page:
        opened.append(visits.open(**options))
        return opened[-1]

    with visiting(browser, site.address) as visits:
        yield open_page
        cookies = [cookie for page in opened for cookie in page.context.cookies()]
    assert cookies == []


@pytest.fixture
def open_site(browser: Browser, site: Place) -> Iterator[Any]:
    """Opens pages of the site, for tests that log in there."""
    with visiting(browser, site.address) as visits:
        yield visits.open


@pytest.fixture
def work(browser: Browser, workplace: Place) -> Iterator[Any]:
    """Opens pages of the workplace: `work("campaigner")` as a member, `work()` as a visitor.

    `member`: the member's own values, such as a time zone; other values are those of the browser.
    """

    def open_page(
        *roles: str, member: Mapping[str, Any] = MappingProxyType({}), **options: Any
    ) -> Page:
        page = visits.open(**options)
        if roles:
            workplace.log_in(page.context, *roles, **member)
        return page

    with visiting(browser, workplace.address) as visits:
        yield open_page


@pytest.fixture(scope="session")
def shots() -> Path | None:
    """The folder for screenshots, if you want any: SHOTS=folder make slow."""
    if folder := os.environ.get("SHOTS"):
        Path(folder).mkdir(exist_ok=True, parents=True)
    return Path(folder) if folder else None
