"""Every page is accessible. A new route is checked automatically, so it fails here if it is not.

These tests run in `make check`, not in `make test`.
"""

from collections.abc import Callable, Container
from dataclasses import dataclass, field
from math import inf
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from campaign_actions.core.i18n.pseudo import PSEUDO_LOCALES
from tests.support.browser.accessibility import DESK, PHONE, SMALLEST, look_at, overflow
from tests.support.browser.routes import NO_PAGES, OTHER_STATES, STEPS, Spot, known_routes, spots
from tests.support.browser.sites import Place
from tests.support.browser.visits import Visits, visiting
from tests.support.browser.world import World, make_world

pytestmark = pytest.mark.slow  # it drives a browser

OTHERS = ("fr", "es", "ar", "en-XA", "ar-XB")  # checked in the smallest window
LOOKS = {"ru": PHONE, "en": DESK}  # each language in one size of window: Russian words are long


def each_page(*, but: Container[str] = ()) -> list[Any]:
    """All pages; with `but`, without these routes and without other states."""
    return [
        pytest.param(spot, id=str(spot))
        for spot in spots()
        if not but or (spot.route not in but and not spot.state)
    ]


NO_ROUTES = {  # addresses of error pages, with the role of the reader
    "/{locale}/nothing/here/": "",
    "/{locale}/confirm/broken/": "",
    "/staff/nowhere/": "campaigner",
    "/staff/people/": "campaigner",
}


LOG_IN_AGAIN = 300  # seconds: sensitive pages want a log-in of the last ten minutes
SHARED = "/staff/preview/shared/<token>/<locale>/"
OF_DRAFTS = {  # written in two languages and in the pseudo-locales
    SHARED,
    f"{SHARED}<int:action_id>/",
    f"{SHARED}<int:action_id>/poster/",
    f"{SHARED}<int:action_id>/thanks/",
}


@dataclass(frozen=True)
class Readers:
    """Checks pages as readers with different roles, whose browsers stay open."""

    place: Place
    world: World
    visits: Visits
    shots: Path | None
    pages: dict[str, Page] = field(default_factory=dict)
    logged_in: dict[str, float] = field(default_factory=dict)

    def look(
        self, name: str, role: str, locale: str, open_page: Callable[[Page, str], None]
    ) -> list[str]:
        """The problems found on a page that a function opens."""
        page = self._page_of(role, locale)
        open_page(page, locale)
        assert page.locator("html").get_attribute("lang") == locale
        found = look_at(page, self.shots, f"{name}-{locale}", looks=(LOOKS[locale],))
        self.visits.check()
        return found

    def fit(self, role: str, open_page: Callable[[Page, str], None]) -> list[str]:
        """What overflows on a page in each of the other languages."""
        found = []
        for locale in OTHERS:
            page = self._page_of(role, locale)
            open_page(page, locale)
            assert page.locator("html").get_attribute("lang") == locale
            found += [f"{locale}: {what}" for what in overflow(page, SMALLEST)]
        self.visits.check()
        return found

    def _page_of(self, role: str, locale: str) -> Page:
        """Each role has one browser, in which its language changes. Visitors have one for each language."""
        if role:
            self.place.set_language(self.world.people[role], locale)
        reader = role or locale
        if reader not in self.pages:
            self.pages[reader] = self.visits.open(locale=locale)
        if role and monotonic() - self.logged_in.get(role, -inf) > LOG_IN_AGAIN:
            self.place.log_in_again(self.pages[reader].context, self.world.people[role])
            self.logged_in[role] = monotonic()
        return self.pages[reader]


@pytest.fixture(scope="session")
def readers(browser, workplace, shots):
    with visiting(browser, workplace.address) as visits:
        yield Readers(workplace, make_world(workplace), visits, shots)


def test_every_page_is_checked_and_every_other_route_explained():
    assert NO_PAGES.keys() - set(known_routes()) == set(), "no such address"
    assert {*OTHER_STATES, *STEPS, *OF_DRAFTS} - {spot.route for spot in spots()} == set(), (
        "no such page"
    )


@pytest.mark.parametrize("locale", ["en", "ru"])
@pytest.mark.parametrize("spot", each_page())
def test_a_page_is_accessible(readers: Readers, spot: Spot, locale: str):
    def open_page(page: Page, locale: str) -> None:
        address = spot.address(readers.world, locale)
        if step := STEPS.get(spot.route):
            step(page)
            page.wait_for_url(f"**{address}**")
            return
        answer = page.goto(address)
        assert answer.headers["content-type"].startswith("text/html")
        assert (answer.status, urlsplit(page.url).path) == (spot.status, urlsplit(address).path)

    assert readers.look(spot.name, spot.role, locale, open_page) == []


@pytest.mark.parametrize("spot", each_page(but=STEPS))
def test_a_page_fits_in_every_language(readers: Readers, spot: Spot):
    statuses = {}

    def open_page(page: Page, locale: str) -> None:
        statuses[locale] = page.goto(spot.address(readers.world, locale)).status

    found = readers.fit(spot.role, open_page)

    written = PSEUDO_LOCALES if spot.route in OF_DRAFTS else OTHERS
    assert statuses == {tag: spot.status if tag in written else 404 for tag in OTHERS}
    assert found == []


@pytest.mark.parametrize("locale", ["en", "ru"])
@pytest.mark.parametrize(("address", "role"), NO_ROUTES.items(), ids=NO_ROUTES)
def test_an_error_page_is_accessible(readers: Readers, address: str, role: str, locale: str):
    def open_page(page: Page, locale: str) -> None:
        assert 400 <= page.goto(address.format(locale=locale)).status < 500

    assert readers.look(address.strip("/").replace("/", "-"), role, locale, open_page) == []
