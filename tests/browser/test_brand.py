"""An administrator edits the brand: the picker, the contrasts and the preview follow each change."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from campaign_actions.core.content.images import MAX_LOGO_BYTES
from campaign_actions.core.theme import accent_of
from tests.support.brand_form import ADDRESS, wordmark
from tests.support.browser.accessibility import violations
from tests.support.browser.sites import served
from tests.support.translators import begin

pytestmark = pytest.mark.slow  # it drives a browser

BLUE, PLUM = "#1f3f77", "#6b1f3a"
PAPER = {"light": "rgb(251, 250, 247)", "dark": "rgb(20, 22, 26)"}


@pytest.fixture(scope="module")
def workplace(in_memory):
    """A site of its own, with a language that is not public; these tests change its brand."""
    with served(in_memory / "brand", "--no-outbox") as place:
        with place.app.app_context():
            begin("uk")
        yield place


@pytest.fixture
def page(work) -> Page:
    page = work("administrator", width=1280)
    page.goto(ADDRESS)
    return page


def frame(page: Page) -> FrameLocator:
    return page.frame_locator("#preview iframe")


def rgb(colour: str) -> str:
    return f"rgb({int(colour[1:3], 16)}, {int(colour[3:5], 16)}, {int(colour[5:7], 16)})"


def choose(page: Page, *, view: str = "", scheme: str = "", language: str = "") -> None:
    if view:
        page.get_by_label("Page or email").select_option(label=view)
    if language:
        page.locator("#preview_locale").select_option(label=language)
    if scheme:
        page.get_by_text(scheme, exact=True).click()


def test_picker_and_text_are_in_step(page):
    text, picker = page.locator("#accent"), page.get_by_label("Colour picker")
    expect(picker).to_have_value("#b3181c")

    picker.fill(BLUE)
    expect(text).to_have_value(BLUE)
    text.fill("6b1F3a")
    expect(picker).to_have_value(PLUM)
    text.fill("plum")
    expect(picker).to_have_value(PLUM)
    text.fill("#abc")
    expect(picker).to_have_value("#aabbcc")
    page.get_by_role("button", name="House colour").click()
    expect(text).to_have_value("")
    expect(picker).to_have_value("#b3181c")


def test_contrasts_follow_and_a_click_takes_the_nearest_colour_that_passes(page):
    page.get_by_label("Colour picker").fill("#ffcc00")

    expect(page.locator("#contrasts")).to_contain_text("1.51 : 1")
    expect(page.locator(".error:visible")).to_have_count(0)  # only saving complains
    page.get_by_role("button", name="Use #").click()

    expect(page.locator("#contrasts .tag.wait")).to_have_count(0)
    expect(page.locator("#contrasts")).to_contain_text("4.5")
    expect(page.locator("#accent")).not_to_have_value("#ffcc00")


@pytest.mark.parametrize("seen", ["light", "dark"])  # by the administrator
def test_the_frame_is_the_true_page_in_both_schemes(work, seen):
    page = work("administrator", width=1280, color_scheme=seen)
    page.goto(ADDRESS)
    page.locator("#accent").fill(BLUE)

    for scheme in ("dark", "light"):
        choose(page, scheme=scheme.capitalize())
        expect(frame(page).locator("body")).to_have_css("background-color", PAPER[scheme])
        filled = frame(page).locator("#sign button.btn, form button.btn").first
        expect(filled).to_have_css("background-color", rgb(accent_of(BLUE, scheme).fill))
        assert filled.evaluate("button => getComputedStyle(button).fontFamily").startswith("Rubik")

    for scheme in ("dark", "light"):
        choose(page, view="Confirmation email", scheme=scheme.capitalize())
        button = frame(page).locator("a.button")
        expect(button).to_have_css("background-color", rgb(accent_of(BLUE, scheme).fill))


def test_a_logo_is_seen_as_soon_as_it_is_chosen(page, tmp_path):
    file = tmp_path / "logo.png"
    file.write_bytes(wordmark())

    page.set_input_files("#logo", file)

    shown = frame(page).locator(".brand img")
    expect(shown).to_have_js_property("naturalWidth", 720)
    expect(page.locator("#logo-box img")).to_be_visible()
    expect(page.locator("#icon-box img")).to_be_visible()
    expect(page.locator("#logo")).to_have_js_property("value", "")
    choose(page, view="Confirmation email")
    expect(frame(page).locator("img.logo")).to_be_visible()


def test_a_file_that_is_no_picture_says_so_at_once_and_the_words_stay(page, tmp_path):
    page.get_by_label("Name (English)").fill("The Office")
    file = Path(tmp_path / "logo.png")
    file.write_bytes(b"hello")

    page.set_input_files("#logo", file)

    expect(page.locator("#logo-error")).to_contain_text("not a JPEG, PNG or WebP picture")
    expect(frame(page).locator(".brand")).to_contain_text("The Office")
    expect(page.get_by_label("Name (English)")).to_have_value("The Office")
    page.locator(".savebar button.main").click()
    expect(page).to_have_title(re.compile("^Error:"))
    expect(page.locator("#logo-error")).to_contain_text("not a JPEG, PNG or WebP picture")


def test_that_a_file_is_too_large_stays_on_the_page(page, tmp_path):
    file = Path(tmp_path / "logo.png")
    file.write_bytes(b"x" * (MAX_LOGO_BYTES + 1))

    page.set_input_files("#logo", file)
    page.get_by_label("Name (English)").fill("The Office")

    expect(frame(page).locator(".brand")).to_contain_text("The Office")
    expect(page.locator("#logo-box .error")).to_contain_text("This file is too large")


def test_the_frame_follows_the_words_and_the_language_that_is_written(page):
    page.get_by_label("Footer (English)").fill("We help.")
    expect(frame(page).locator("footer")).to_contain_text("We help.")

    page.get_by_text("Українська").first.click()
    expect(page.locator("details[open] .tag.wait")).to_have_text("Not public yet")
    page.get_by_label("Name (Ukrainian)").fill("Контора")
    page.get_by_label("Imprint (Ukrainian)").fill("Вулиця 1")

    expect(frame(page).locator("html")).to_have_attribute("lang", "uk")
    expect(frame(page).locator(".brand")).to_contain_text("Контора")
    choose(page, view="Imprint")
    expect(frame(page).locator("main")).to_contain_text("Вулиця 1")
    choose(page, view="Home page", language="Русский")
    expect(frame(page).locator("html")).to_have_attribute("lang", "ru")
    page.get_by_role("button", name="Save brand").last.click()
    expect(page.get_by_role("status").first).to_contain_text("Brand saved.")
    page.goto("/en/")
    expect(page.locator("footer")).to_contain_text("We help.")
    expect(page.locator("footer")).not_to_contain_text("Вулиця")


def test_a_script_in_a_text_does_nothing(page):
    page.get_by_label("Name (English)").fill("<img src=x onerror=parent.hacked=1>")

    expect(frame(page).locator(".brand")).to_contain_text("<img src=x onerror=parent.hacked=1>")
    assert page.evaluate("window.hacked") is None
    assert page.locator("#preview iframe").get_attribute("sandbox") == "allow-same-origin"


def test_leaving_with_changes_asks_and_the_back_button_has_one_step(page):
    for colour in (BLUE, PLUM):
        with page.expect_response(re.compile(f"accent={colour[1:]}")):
            page.locator("#accent").fill(colour)
    assert page.evaluate("history.length") == 2
    expect(page.get_by_text("Not saved yet.")).to_be_visible()
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))

    page.get_by_role("link", name="Discard changes").click()

    expect(page.locator("#accent")).to_have_value("")
    assert asked == ["beforeunload"]


def test_without_scripts_a_button_shows_the_preview_and_the_picker_counts(work):
    page = work("administrator", width=1280, java_script_enabled=False)
    page.goto(ADDRESS)
    expect(frame(page).locator(".brand")).to_be_visible()

    page.get_by_label("Colour picker").fill(BLUE)
    page.locator("[value=dark]").check(force=True)
    page.get_by_role("button", name="Show preview").click()

    expect(page.locator("#accent")).to_have_value(BLUE)
    expect(frame(page).locator("body")).to_have_css("background-color", PAPER["dark"])
    expect(page.locator("[value=dark]")).to_be_checked()
    expect(page.get_by_role("link", name="Discard changes")).to_be_visible()


@pytest.mark.parametrize("address", ["petition/en/light", "home/ar/dark", "imprint/ru/dark"])
def test_a_preview_by_itself_is_accessible(work, address):
    page = work("administrator", width=1280, bypass_csp=True)  # axe is a script
    page.goto(f"{ADDRESS}preview/{address}/")

    assert violations(page) == []
