"""The first screen of an action: demand, count and a way to act, measured in each language."""

from itertools import product

import pytest
from playwright.sync_api import Page

from campaign_actions.actions.queries import find_action
from campaign_actions.core.db.session import utc_now
from tests.support.factories import link_to, make_signature, set_count
from tests.support.servers import until

pytestmark = pytest.mark.slow  # it drives a browser

PHONE, DESK, ZOOMED = (
    {"width": 360, "height": 640},
    {"width": 1280, "height": 720},
    {"width": 320, "height": 180},  # 1280 × 720 at 400 %
)
HEADER = 56
LANGUAGES = ("en", "ru", "fr", "es", "ar")
ACTIONS = ("hate-crimes", "speak-up")
each = pytest.mark.parametrize(
    ("locale", "has_scripts"),
    list(product(LANGUAGES, (True, False))),
    ids=lambda value: {True: "with-scripts", False: "without-scripts"}.get(value, value),
)


@pytest.fixture(autouse=True, scope="module")
def _many_people(workplace):
    """A long number for the petition; few people for the pledge."""
    with workplace.app.app_context():
        set_count(find_action("racism", "hate-crimes", locale="en", now=utc_now()), 12_480)


@pytest.fixture
def show(work):
    def open_action(slug: str, locale: str, viewport: dict[str, int], **options) -> Page:
        page = work(viewport=viewport, **options)
        page.goto(f"/{locale}/campaigns/racism/{slug}/")
        return page

    return open_action


def box(page: Page, selector: str) -> tuple[float, float]:
    """Top and bottom of the first element that is shown, in the window."""
    found = page.locator(selector).locator("visible=true").first.bounding_box()
    assert found, selector
    return found["y"], found["y"] + found["height"]


def height(page: Page, selector: str) -> float:
    top, bottom = box(page, selector)
    return bottom - top


@each
@pytest.mark.parametrize("slug", ACTIONS)
def test_a_phone_shows_demand_count_and_a_way_to_act(show, slug, locale, has_scripts):
    page = show(slug, locale, PHONE, java_script_enabled=has_scripts)

    title, count, bar, button, form, reasons = (
        box(page, name)
        for name in ("h1", ".meter .count", ".bar.first", ".bar.first .btn", "#sign", ".story")
    )
    assert height(page, ".masthead") <= HEADER
    assert title[1] <= count[0]
    assert count[1] <= bar[0]
    assert bar[0] <= button[0] < button[1] <= PHONE["height"]
    assert count[1] < form[0] < form[1] <= reasons[0]
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


@each
def test_the_bar_ends_where_the_form_begins_and_returns_with_the_reasons(show, locale, has_scripts):
    page = show("hate-crimes", locale, PHONE, java_script_enabled=has_scripts)

    page.locator(".bar.first .btn").click()
    until(lambda: abs(box(page, "#sign")[0]) < 2)
    first, last = box(page, ".bar.first"), box(page, ".bar.last")
    assert first[1] <= 1
    assert last[0] >= PHONE["height"]

    page.locator(".story h2").nth(1).scroll_into_view_if_needed()
    assert box(page, ".bar.last")[1] <= PHONE["height"]


@each
@pytest.mark.parametrize("slug", ACTIONS)
def test_a_desk_shows_demand_count_and_button(show, slug, locale, has_scripts):
    page = show(slug, locale, DESK, java_script_enabled=has_scripts)

    assert box(page, "h1")[1] <= DESK["height"]
    assert box(page, ".meter .count")[1] <= DESK["height"]
    if slug == "hate-crimes":  # a pledge asks first what people will do
        assert box(page, "#sign .btn.act")[1] <= DESK["height"]
    assert page.locator(".meter").count() == 1
    assert not page.locator(".bar").first.is_visible()


@pytest.mark.parametrize("locale", LANGUAGES)
def test_on_a_desk_the_form_stays_beside_the_reasons(show, locale):
    page = show("hate-crimes", locale, DESK)
    before = page.locator(".story").bounding_box()

    page.mouse.move(before["x"] + 50, 400)
    page.mouse.wheel(0, 1500)
    until(lambda: page.evaluate("scrollY") > 1000)

    count, button = box(page, ".meter .count"), box(page, "#sign .btn.act")
    assert 0 <= count[0] < button[1] <= DESK["height"]


@pytest.mark.parametrize("locale", LANGUAGES)
def test_at_400_percent_the_header_is_one_row_and_nothing_sticks(show, locale):
    page = show("hate-crimes", locale, ZOOMED)

    assert height(page, ".masthead") <= HEADER
    assert box(page, ".bar.first")[0] > ZOOMED["height"]
    assert page.evaluate("document.documentElement.scrollWidth") <= ZOOMED["width"]


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_without_a_photograph_the_pattern_fills_an_upright_frame(show, viewport):
    page = show("hate-crimes", "en", viewport)

    found = page.locator(".face > svg").bounding_box()

    assert found["width"] / found["height"] == pytest.approx(0.8, abs=0.02)


@pytest.mark.parametrize("locale", LANGUAGES)
def test_only_fonts_of_the_language_are_fetched(work, locale):
    page, fonts = work(viewport=DESK), set()
    page.on("request", lambda request: fonts.add(request.url) if ".woff2" in request.url else None)

    page.goto(f"/{locale}/campaigns/racism/hate-crimes/")
    page.evaluate("document.fonts.ready")

    own = {"en": set(), "ru": {"cyrillic"}, "fr": {"latin"}, "es": {"latin"}, "ar": {"arabic"}}
    names = {url.rpartition("/")[2].split(".")[0].removeprefix("rubik-") for url in fonts}
    assert {name for name in names if not name.startswith("core")} == own[locale]


@pytest.mark.parametrize("locale", LANGUAGES)
def test_the_confirm_page_has_its_button_in_the_first_screen(work, workplace, locale):
    page = work(viewport=PHONE)
    with workplace.app.app_context():
        action = find_action("racism", "hate-crimes", locale=locale, now=utc_now())
        link = link_to(
            "confirm", make_signature(action, now=utc_now(), locale=locale), locale=locale
        )

    page.goto(link)

    assert box(page, "form .btn.act")[1] <= PHONE["height"]
