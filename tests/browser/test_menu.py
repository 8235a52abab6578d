"""The main menu: on one row where all of it fits, and else behind its button."""

import pytest
from playwright.sync_api import Page, Route

from tests.support.factories import make_staff
from tests.support.staff_client import log_in

pytestmark = [
    pytest.mark.slow,  # it drives a browser
    pytest.mark.parametrize("app", ["sqlite"], indirect=True),
]
ORIGIN = "http://menu.example.org"
WIDTHS = (1184, 1280, 1375, 1376)  # each side of where the menu folds, and where it grows
CUT = "list => list.scrollWidth - list.clientWidth"


def show(page: Page, client) -> None:
    """The audit log, with its style sheet and fonts, as the test client answers."""

    def answer(route: Route) -> None:
        with client.get(route.request.url.removeprefix(ORIGIN)) as found:
            route.fulfill(status=found.status_code, headers=dict(found.headers), body=found.data)

    page.route(f"{ORIGIN}/**", answer)
    page.goto(f"{ORIGIN}/staff/audit/")
    page.evaluate("() => document.fonts.ready.then(() => null)")


@pytest.mark.parametrize("locale", ["en", "ru", "fr", "es", "ar"])
def test_the_longest_menu_is_never_cut(browser, client, locale):
    log_in(client, make_staff("administrator", "exporter", locale=locale))
    page = browser.new_page()
    show(page, client)
    try:
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 720})
            assert page.locator(".menu").is_visible(), width
            assert page.locator(".menu ul").first.evaluate(CUT) <= 0, width
        page.set_viewport_size({"width": WIDTHS[0] - 1, "height": 720})
        assert page.locator(".menu-open").is_visible()
        assert not page.locator(".menu").is_visible()
    finally:
        page.close()
