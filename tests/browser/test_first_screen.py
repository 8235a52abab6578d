"""The first screen of an action: demand, count and a way to act, measured in each language."""

from collections.abc import Iterator
from datetime import datetime
from itertools import product

import pytest
from playwright.sync_api import Page

from campaign_actions.actions.pictures import of_action
from campaign_actions.actions.queries import find_action
from campaign_actions.campaigns.picture import (
    PictureDetails,
    of_campaign,
    put_picture,
    remove_picture,
)
from campaign_actions.campaigns.picture_content import picture_texts
from campaign_actions.campaigns.versioning.history import find_content
from campaign_actions.core.content.images import process_image
from campaign_actions.core.db.session import db, utc_now
from tests.support.browser.sites import Place, served
from tests.support.browser.visits import visiting
from tests.support.changes import publish_all
from tests.support.factories import link_to, make_signature, set_count
from tests.support.images import picture
from tests.support.servers import until

pytestmark = pytest.mark.slow  # it drives a browser

PHONE, DESK, TABLET, ZOOMED = (
    {"width": 360, "height": 640},
    {"width": 1280, "height": 720},
    {"width": 1024, "height": 768},
    {"width": 320, "height": 180},  # 1280 × 720 at 400 %
)
HEADER = 56
LANGUAGES = ("en", "ru", "fr", "es", "ar")
WITH_FACE = "racism/hate-crimes"
WITH_WIDE_PICTURE = "racism/speak-up"
WITHOUT_PICTURE = "violence-against-women/protection-law"
ACTIONS = (WITH_FACE, WITH_WIDE_PICTURE, WITHOUT_PICTURE)
each = pytest.mark.parametrize(
    ("locale", "has_scripts"),
    list(product(LANGUAGES, (True, False))),
    ids=lambda value: {True: "with-scripts", False: "without-scripts"}.get(value, value),
)


@pytest.fixture(scope="session")
def place(in_memory) -> Iterator[Place]:
    """A demo of its own: a long number and a face, a wide picture, a pattern."""
    with served(in_memory / "first-screen", "--no-outbox") as place:
        with place.app.app_context():
            _set_pictures(utc_now())
        yield place


def _set_pictures(now: datetime) -> None:
    long_number, wide, plain = (
        find_action(*path.split("/"), locale="en", now=now)
        for path in (WITH_FACE, WITH_WIDE_PICTURE, WITHOUT_PICTURE)
    )
    set_count(long_number, 12_480)
    owner = of_action(wide.campaign_id, wide.id)
    texts = picture_texts(find_content(owner.subject, owner.id)[0])
    db.session.rollback()
    details = PictureDetails(texts, credit="Ana Lee", licence="cc-by-4.0")
    put_picture(owner, process_image(picture()), details, actor="a test", now=now)
    for owner in (of_action(plain.campaign_id, plain.id), of_campaign(plain.campaign_id)):
        remove_picture(owner, actor="a test", now=now)
    publish_all(now=now)


@pytest.fixture
def show(browser, place):
    def open_action(path: str, locale: str, viewport: dict[str, int], **options) -> Page:
        page = visits.open(viewport=viewport, **options)
        page.goto(f"/{locale}/campaigns/{path}/")
        return page

    with visiting(browser, place.address) as visits:
        yield open_action


def box(page: Page, selector: str) -> tuple[float, float]:
    """Top and bottom of the first element that is shown, in the window."""
    found = page.locator(selector).locator("visible=true").first.bounding_box()
    assert found, selector
    return found["y"], found["y"] + found["height"]


def height(page: Page, selector: str) -> float:
    top, bottom = box(page, selector)
    return bottom - top


@each
def test_every_action_shows_demand_count_and_a_way_to_act(show, locale, has_scripts):
    page = show(WITH_FACE, locale, PHONE, java_script_enabled=has_scripts)
    for path in ACTIONS:
        page.goto(f"/{locale}/campaigns/{path}/")
        assert page.locator("h1").count() == page.locator("#sign").count() == 1, path
        page.set_viewport_size(PHONE)
        assert_on_a_phone(page, path)
        page.set_viewport_size(DESK)
        assert_on_a_desk(page, path)
        page.set_viewport_size(TABLET)
        assert_on_a_tablet(page, path)


def assert_on_a_phone(page: Page, path: str) -> None:
    title, count, bar, button, form, reasons = (
        box(page, name)
        for name in ("h1", ".meter .count", ".bar.first", ".bar.first .btn", "#sign", ".story")
    )
    assert height(page, ".masthead") <= HEADER, path
    assert title[1] <= count[0], path
    assert count[1] <= bar[0], path
    assert bar[0] <= button[0] < button[1] <= PHONE["height"], path
    assert count[1] < form[0] < form[1] <= reasons[0], path
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path


def assert_on_a_desk(page: Page, path: str) -> None:
    screen = DESK["height"] + height(page, ".demo-bar")  # only a demo has one
    assert box(page, "h1")[1] <= screen, path
    assert box(page, ".meter .count")[1] <= screen, path
    assert box(page, "#sign .btn.act")[1] <= screen, path
    if path == WITH_FACE:  # the longer form of a pledge comes before its milestones
        assert box(page, ".meter")[1] <= box(page, ".milestones")[0] <= box(page, "#sign")[0]
    assert page.locator(".meter").count() == 1, path
    assert not page.locator(".bar").first.is_visible(), path


def assert_on_a_tablet(page: Page, path: str) -> None:
    """The words of the demand stay whole."""
    title = page.locator("h1")
    width = title.bounding_box()["width"]
    longest = title.evaluate(
        "title => (title.style.width = 'min-content', title.style.overflowWrap = 'normal',"
        " title.getBoundingClientRect().width)"
    )
    assert longest <= width, path


@each
def test_the_bar_ends_where_the_form_begins_and_returns_with_the_reasons(show, locale, has_scripts):
    page = show(WITH_FACE, locale, PHONE, java_script_enabled=has_scripts)

    page.locator(".bar.first .btn").click()
    until(lambda: abs(box(page, "#sign")[0]) < 2)
    first, last = box(page, ".bar.first"), box(page, ".bar.last")
    assert first[1] <= 1
    assert last[0] >= PHONE["height"]

    page.locator(".story h2").nth(1).scroll_into_view_if_needed()
    assert box(page, ".bar.last")[1] <= PHONE["height"]


@pytest.mark.parametrize("locale", LANGUAGES)
def test_on_a_desk_the_form_stays_beside_the_reasons(show, locale):
    page = show(WITH_FACE, locale, DESK)
    before = page.locator(".story").bounding_box()

    page.mouse.move(before["x"] + 50, 400)
    page.mouse.wheel(0, 1500)
    until(lambda: page.evaluate("scrollY") > 1000)

    count, button = box(page, ".meter .count"), box(page, "#sign .btn.act")
    assert 0 <= count[0] < button[1] <= DESK["height"]


@pytest.mark.parametrize("locale", LANGUAGES)
def test_at_400_percent_the_header_is_one_row_and_nothing_sticks(show, locale):
    page = show(WITH_FACE, locale, ZOOMED)

    assert height(page, ".masthead") <= HEADER
    assert box(page, ".bar.first")[0] > ZOOMED["height"]
    assert page.evaluate("document.documentElement.scrollWidth") <= ZOOMED["width"]


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_without_a_photograph_the_pattern_fills_an_upright_frame(show, viewport):
    page = show(WITHOUT_PICTURE, "en", viewport)

    found = page.locator(".face > svg").bounding_box()

    assert found["width"] / found["height"] == pytest.approx(0.8, abs=0.02)


@pytest.mark.parametrize("locale", LANGUAGES)
def test_only_fonts_of_the_language_are_fetched(show, locale):
    page, fonts = show(WITH_FACE, locale, DESK), set()
    page.on("request", lambda request: fonts.add(request.url) if ".woff2" in request.url else None)

    page.reload()
    page.evaluate("document.fonts.ready")

    own = {"en": set(), "ru": {"cyrillic"}, "fr": {"latin"}, "es": {"latin"}, "ar": {"arabic"}}
    names = {url.rpartition("/")[2].split(".")[0].removeprefix("rubik-") for url in fonts}
    assert {name for name in names if not name.startswith("core")} == own[locale]


@pytest.mark.parametrize("locale", LANGUAGES)
def test_a_phone_fetches_little_for_an_action_with_a_face(show, locale):
    page, received = show(WITH_FACE, locale, PHONE, device_scale_factor=3), []
    network = page.context.new_cdp_session(page)
    network.on("Network.dataReceived", lambda event: received.append(event["encodedDataLength"]))
    network.send("Network.enable")
    network.send("Network.setCacheDisabled", {"cacheDisabled": True})

    page.reload(wait_until="networkidle")
    page.evaluate("document.fonts.ready")

    assert 30_000 < sum(received) <= (70_000 if locale == "ar" else 60_000)


@pytest.mark.parametrize("locale", LANGUAGES)
def test_the_confirm_page_has_its_button_in_the_first_screen(show, place, locale):
    page = show(WITH_FACE, locale, PHONE)
    with place.app.app_context():
        now = utc_now()
        action = find_action(*WITH_FACE.split("/"), locale=locale, now=now)
        link = link_to("confirm", make_signature(action, now=now, locale=locale), locale=locale)

    page.goto(link)

    assert box(page, "form .btn.act")[1] <= PHONE["height"]
