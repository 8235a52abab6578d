"""In a browser: the poster prints on one page, and scripts only add buttons."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.slow  # it drives a browser

ACTION = "/{locale}/campaigns/racism/hate-crimes/"
FROM_LEAFLET = "?source=leaflet"
A4_POINTS = (595, 842)
LONG = "Dies ist eine sehr lange Forderung mit Grundrechteverwirklichungsbeauftragten " * 3
BOX = re.compile(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]")


def printed(page, **paper) -> tuple[int, list[tuple[int, int]]]:
    """The number of pages of a print, and their sizes in points. `paper`: else as the page asks."""
    data = page.pdf(**{"prefer_css_page_size": not paper, "print_background": True, **paper})
    sizes = [(round(float(width)), round(float(height))) for width, height in BOX.findall(data)]
    return len(re.findall(rb"/Type\s*/Page\b", data)), sizes


@pytest.mark.parametrize("locale", ["en", "ru", "fr", "es", "ar"])
def test_the_poster_is_one_a4_page(work, locale):
    page = work()
    page.goto(f"{ACTION.format(locale=locale)}poster/")

    assert printed(page) == (1, [A4_POINTS])


@pytest.mark.parametrize("locale", ["en", "ru", "ar"])
@pytest.mark.parametrize("has_little_room", [False, True])
def test_a_portrait_leaves_its_caption_and_the_call_their_room(work, has_little_room, locale):
    page = work()
    page.goto(f"/{locale}/campaigns/racism/speak-up/poster/")
    if has_little_room:
        page.locator("h1").evaluate("it => it.textContent = it.textContent.repeat(2)")

    page.emulate_media(media="print")

    parts = "picture", "picture img", "figcaption", ".sheet-words", ".sheet-end", ".sheet"
    boxes = {part: page.locator(part).bounding_box() for part in parts}
    top = {part: box["y"] for part, box in boxes.items()}
    bottom = {part: box["y"] + box["height"] for part, box in boxes.items()}
    assert 150 < boxes["picture"]["width"] <= boxes["picture"]["height"] + 1  # the face is whole
    assert max(bottom["picture"], bottom["picture img"]) <= top["figcaption"]
    assert max(bottom["figcaption"], bottom[".sheet-words"]) <= top[".sheet-end"]
    assert bottom[".sheet-end"] < bottom[".sheet"]


@pytest.mark.parametrize("margin", ["0", "10mm"])
@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_the_poster_is_one_page_of_any_paper(work, paper, margin):
    page = work()
    page.goto(f"{ACTION.format(locale='ru')}poster/")

    margins = dict.fromkeys(("top", "right", "bottom", "left"), margin)
    pages, _sizes = printed(page, format=paper, margin=margins)

    assert pages == 1


def test_the_longest_texts_do_not_push_anything_off_the_poster(work):
    page = work()
    page.goto(f"{ACTION.format(locale='en')}poster/")
    page.locator(".sheet").evaluate("sheet => sheet.className = 'sheet smallest'")
    for name in ("h1", ".sheet-text"):
        page.locator(name).evaluate("(it, text) => it.textContent = text", LONG[:200])

    assert printed(page) == (1, [A4_POINTS])
    page.emulate_media(media="print")
    sheet, code = (page.locator(name).bounding_box() for name in (".sheet", ".sheet-end .qr"))
    assert code["y"] + code["height"] <= sheet["y"] + sheet["height"]


@pytest.mark.parametrize("name", ["Human Rights Resource Centre", "مركز الذاكرة لحقوق الإنسان"])
@pytest.mark.parametrize("locale", ["en", "ar"])
def test_on_the_poster_the_logo_and_the_name_are_side_by_side(work, locale, name):
    page = work()
    page.goto(f"{ACTION.format(locale=locale)}poster/")
    page.locator(".sheet .brand bdi").evaluate("(it, text) => it.textContent = text", name)
    page.emulate_media(media="print")

    logo, words = page.locator(".sheet .brand").evaluate(
        """it => {
          const text = document.createRange();
          text.selectNodeContents(it.querySelector("bdi"));
          return [it.querySelector("svg, img"), text].map(one => one.getBoundingClientRect());
        }"""
    )

    if locale == "ar":
        logo, words = words, logo
    assert 0 < words["left"] - logo["right"] < 20


@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_on_the_poster_is_wider_than_the_screen(work, width):
    page = work()
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{ACTION.format(locale='ar')}poster/")

    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_script_adds_a_button_that_copies_the_address(work):
    page = work()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(ACTION.format(locale="en"))
    button = page.get_by_role("button", name="Copy link")

    button.click()

    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.endswith("/en/campaigns/racism/hate-crimes/?source=link")


def test_without_scripts_there_are_links_and_no_dead_buttons(browser, workplace):
    page = browser.new_page(java_script_enabled=False, base_url=workplace.address)
    page.goto(ACTION.format(locale="en"))
    section = page.locator(".share")

    assert section.get_by_role("button").count() == 0
    assert section.get_by_role("link", name="WhatsApp").is_visible()
    section.locator("summary").click()
    assert section.locator(".qr").is_visible()
    page.close()


def test_a_printed_action_shows_code_and_address_and_no_sharing(work):
    page = work()
    page.goto(ACTION.format(locale="en"))
    page.emulate_media(media="print")

    assert page.locator(".online .qr").is_visible()
    assert not page.locator(".share").is_visible()


def test_the_channel_of_a_link_stays_when_the_reader_changes_the_language(work):
    page = work()
    page.goto(ACTION.format(locale="en") + FROM_LEAFLET)

    page.locator(".langs-fold").click()
    page.locator(".langs").get_by_role("link", name="Русский").click()

    expect(page).to_have_url(re.compile(re.escape(ACTION.format(locale="ru") + FROM_LEAFLET)))
    assert page.locator("link[rel=canonical]").get_attribute("href").endswith("/hate-crimes/")
