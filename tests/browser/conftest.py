"""A real browser and the real server: the demo on SQLite, with its worker, for each test process."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from campaign_actions import create_app
from campaign_actions.core.database import db
from tests.conftest import SETTINGS, Visitor
from tests.factories import make_staff
from tests.running import run, serving, settings_as_environment
from tests.staff.logging_in import log_in

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
QUIET = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the served demo."""
    environment = settings_as_environment(
        INSTANCE=tmp_path_factory.mktemp("site"),
        DEMO=1,
        ORGANIZATION_NAMES="ru=Ресурсный центр по правам человека",
        MIN_FILL_SECONDS=0,
    )
    run(environment, "db", "upgrade")
    run(environment, "demo", "load")
    with serving(environment) as server:
        yield server.address
        assert server.stop() == 0


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
def visit(browser: Browser, site: str):
    """Opens contexts of the browser on the site, and holds what every visit must hold.

    No request leaves the site, no cookie is set, nothing is complained of in the console.
    """
    contexts: list[BrowserContext] = []
    strangers: list[str] = []
    complaints: list[str] = []

    def open_page(**options) -> Page:
        options = {"base_url": site, "viewport": {"width": 360, "height": 740}} | options
        context = browser.new_context(**options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: strangers.append(request.url))
        page.on(
            "console", lambda said: complaints.append(said.text) if said.type == "error" else None
        )
        return page

    yield open_page
    cookies = [cookie for context in contexts for cookie in context.cookies()]
    for context in contexts:
        context.close()
    assert [url for url in strangers if not url.startswith(("data:", site))] == []
    assert cookies == []
    assert [text for text in complaints if "status of 4" not in text] == []


@pytest.fixture
def shots() -> Path | None:
    """Where screenshots go, if somebody wants to look at them: SHOTS=folder make test."""
    folder = os.environ.get("SHOTS")
    return Path(folder) if folder else None


@dataclass(frozen=True)
class Workplace:
    """A served demo, the same database from inside, and the cookie of a campaigner."""

    address: str
    app: Flask
    cookie: dict[str, Any]


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workplace]:
    folder = tmp_path_factory.mktemp("workplace")
    settings = SETTINGS | {
        "SQLALCHEMY_DATABASE_URI": f"sqlite:///{folder}/site.sqlite",
        "CACHE_SECONDS": 1,
    }
    environment = settings_as_environment(INSTANCE=folder, **settings)
    run(environment, "db", "upgrade")
    run(environment, "demo", "load")
    app = create_app(settings)
    app.test_client_class = Visitor
    with serving(environment, "--no-outbox") as server:
        cookie = _cookie_of_a_campaigner(app)
        yield Workplace(server.address, app, {**cookie, "url": f"{server.address}/staff"})
    with app.app_context():
        db.engine.dispose()


def _cookie_of_a_campaigner(app: Flask) -> dict[str, Any]:
    client = app.test_client()
    with app.app_context():
        log_in(client, make_staff("campaigner", tf_primary_method="authenticator"))
    return {"name": "staff", "value": client.get_cookie("staff", path="/staff").value}


@pytest.fixture
def contexts(browser: Browser, workplace: Workplace) -> Iterator[Any]:
    """New contexts of the browser on the site: `contexts()`, or with the campaigner's cookie."""
    opened: list[BrowserContext] = []

    def open_context(*, is_staff: bool = False, width: int = 360) -> Page:
        context = browser.new_context(
            base_url=workplace.address, viewport={"width": width, "height": 740}
        )
        context.set_default_timeout(20_000)
        if is_staff:
            context.add_cookies([workplace.cookie])
        opened.append(context)
        return context.new_page()

    yield open_context
    for context in opened:
        context.close()
