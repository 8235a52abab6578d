"""Every page: usable by everybody (axe-core), and never wider than the smallest phone."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.accessibility import violations

PAGES = {
    "home": "/{}/",
    "campaign": "/{}/campaigns/violence-against-women/",
    "petition": "/{}/campaigns/racism/hate-crimes/",
    "pledge": "/{}/campaigns/violence-against-women/sixteen-days/",
    "thanks": "/{}/campaigns/racism/hate-crimes/thanks/",
    "privacy": "/{}/privacy/",
    "missing": "/{}/nothing/here/",
    "link": "/{}/confirm/broken/",
}
LOCALES = ("en", "ru")
each_page = pytest.mark.parametrize(
    ("name", "locale"), [(name, locale) for locale in LOCALES for name in PAGES]
)


def keep(page: Page, folder: Path | None, name: str) -> None:
    if folder:
        folder.mkdir(exist_ok=True, parents=True)
        page.screenshot(path=folder / f"{name}.png", full_page=True)


@each_page
def test_axe_finds_nothing_and_no_page_is_wider_than_the_smallest_phone(visit, shots, name, locale):
    page = visit()
    page.goto(PAGES[name].format(locale))
    found, widths = [], {}

    for width, scheme in ((360, "light"), (320, "dark"), (1280, "dark"), (1280, "light")):
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)
        keep(page, shots, f"{name}-{locale}-{width}-{scheme}")
        found += violations(page)
        widths[width] = page.evaluate("document.documentElement.scrollWidth")

    assert found == []
    assert all(shown == given for given, shown in widths.items())


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_a_form_with_mistakes(visit, shots, locale, scheme):
    page = visit(color_scheme=scheme)
    page.goto(f"/{locale}/campaigns/racism/speak-up/")

    page.click("form button[type=submit]")

    keep(page, shots, f"mistakes-{locale}-360-{scheme}")
    assert page.title().split(":")[0] in {"Error", "Ошибка"}
    assert violations(page) == []


@pytest.mark.parametrize("address", ["/demo/mail/", "/demo/components/"])
def test_axe_finds_nothing_on_the_pages_of_the_demo(visit, shots, address):
    page = visit()

    page.goto(address)

    keep(page, shots, address.strip("/").replace("/", "-"))
    assert violations(page) == []
