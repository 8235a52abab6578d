"""Writing as a campaigner does it: two languages, the preview while typing, and a colleague at once."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import violations

NEW = "/staff/campaigns/new/"


def make_campaign(page: Page, topic: str) -> str:
    """Make a draft; the address of its pages."""
    page.goto(NEW)
    page.get_by_label("Topic").fill(topic)
    page.get_by_role("button", name="Make the draft").click()
    expect(page).to_have_url(re.compile("/edit/"))
    return page.url.partition("edit/")[0]


def test_a_campaign_in_two_languages_with_a_preview_while_one_types(contexts, shots):
    page = contexts(is_staff=True, width=1280)
    address = make_campaign(page, "The right to assembly")
    assert violations(page) == []

    page.get_by_label("Headline (English)").fill("Everyone may meet in peace")
    shown = page.frame_locator("iframe[name=preview]")
    expect(shown.locator("h1")).to_have_text("Everyone may meet in peace")
    page.get_by_label("Topic (Русский)").fill("Право на собрания")
    page.get_by_label("Headline (Русский)").fill("Собираться мирно может каждый")
    page.get_by_label("Text of the page (Русский)").fill("## Почему\n\n<script>alert(1)</script>")
    expect(shown.locator("html")).to_have_attribute("lang", "ru")
    expect(shown.locator("h1")).to_have_text("Собираться мирно может каждый")
    expect(shown.locator(".prose")).to_have_text("<script>alert(1)</script>")
    expect(page.get_by_text("Not saved yet.")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Control+s")

    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    assert page.get_by_label("Topic (Русский)").input_value() == "Право на собрания"
    if shots:
        page.screenshot(path=shots / "writing-1280.png", full_page=True)
    page.goto(f"{address}history/")
    expect(page.get_by_role("rowheader")).to_have_text(["2", "1"])


def test_the_preview_stands_beside_the_text_where_there_is_room_and_below_it_elsewhere(contexts):
    wide, phone = contexts(is_staff=True, width=1280), contexts(is_staff=True, width=360)
    address = make_campaign(wide, "Beside the text")
    phone.goto(f"{address}edit/")

    for page in (wide, phone):
        expect(page.frame_locator("iframe[name=preview]").locator("h1")).to_be_attached()
        page.get_by_label("Text of the page (English)").scroll_into_view_if_needed()
    expect(wide.locator("iframe")).to_be_in_viewport(ratio=0.8)
    expect(phone.locator("iframe")).not_to_be_in_viewport()

    phone.get_by_label("Headline (English)").focus()
    phone.get_by_role("link", name="To the preview").click()
    expect(phone.locator("iframe")).to_be_in_viewport()
    phone.get_by_role("link", name="Back to the text").click()
    expect(phone.get_by_label("Headline (English)")).to_be_focused()

    wide.locator(".preview summary").press("Enter")
    wide.reload()
    expect(wide.locator("iframe")).to_be_hidden()


def test_nothing_in_the_preview_can_be_pressed(contexts):
    page = contexts(is_staff=True, width=1280)
    make_campaign(page, "Nothing to press")
    page.get_by_label("Headline (English)").fill("It stays")
    shown = page.frame_locator("iframe[name=preview]")
    expect(shown.locator("h1")).to_have_text("It stays")

    shown.get_by_role("link", name="Campaigns").first.click()

    expect(shown.locator("h1")).to_have_text("It stays")
    assert len(page.context.pages) == 1


def test_two_people_write_at_once_and_nothing_typed_is_lost(contexts, shots):
    ada, grace = contexts(is_staff=True, width=1280), contexts(is_staff=True, width=1280)
    address = make_campaign(ada, "Freedom of speech")
    ada.goto(f"{address}edit/")
    grace.goto(f"{address}edit/")
    ada.get_by_label("Topic (English)").fill("Speech, by Ada")
    ada.get_by_label("Summary (English)").fill("A summary by Ada.")
    ada.get_by_role("button", name="Save").click()
    expect(ada.get_by_text("Saved.", exact=True)).to_be_visible()

    grace.get_by_label("Topic (English)").fill("Speech, by Grace")
    grace.get_by_label("Headline (English)").fill("A headline by Grace")
    grace.get_by_role("button", name="Save").click()

    expect(grace.get_by_role("alert")).to_contain_text("1 field was changed by two people")
    assert violations(grace) == []
    assert grace.get_by_label("Topic (English)").input_value() == "Speech, by Grace"
    assert grace.get_by_label("Summary (English)").input_value() == "A summary by Ada."
    expect(grace.locator(".theirs")).to_contain_text("Speech, by Ada")
    if shots:
        grace.screenshot(path=shots / "conflict-1280.png", full_page=True)
    grace.get_by_label("Keep this one instead of mine").check()
    grace.get_by_role("button", name="Save").click()
    expect(grace.get_by_text("Saved.", exact=True)).to_be_visible()
    assert grace.get_by_label("Topic (English)").input_value() == "Speech, by Ada"
    assert grace.get_by_label("Headline (English)").input_value() == "A headline by Grace"


def test_without_scripts_the_preview_is_a_button(browser, workplace):
    context = browser.new_context(base_url=workplace.address, java_script_enabled=False)
    context.add_cookies([workplace.cookie])
    page = context.new_page()
    make_campaign(page, "The right to vote")
    page.get_by_label("Headline (English)").fill("Every vote counts")

    page.locator(".preview button").first.click()

    expect(page.frame_locator("iframe[name=preview]").locator("h1")).to_have_text(
        "Every vote counts"
    )
    context.close()


def test_who_leaves_with_something_unsaved_is_warned(contexts):
    page = contexts(is_staff=True, width=1280)
    address = make_campaign(page, "Fair trial")
    page.get_by_label("Headline (English)").press_sequentially("Judges")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))

    page.get_by_role("link", name="History").click()

    expect(page).to_have_url(re.compile("/history/"))
    assert asked == ["beforeunload"]
    assert address


@pytest.mark.parametrize("width", [360, 1280])
def test_the_pages_of_writing_hold_what_wcag_asks(contexts, width):
    page = contexts(is_staff=True, width=width)
    address = make_campaign(page, f"Dignity {width}")
    page.goto(f"{address}actions/new/")
    assert violations(page) == []
    page.get_by_label("Demand").fill("Do it now")
    page.get_by_role("button", name="Make the draft").click()
    expect(page).to_have_url(re.compile(r"/actions/\d+/edit/"))
    action = page.url.partition("edit/")[0]
    page.goto(f"{address}edit/")
    page.get_by_label("Topic (English)").fill("Dignity, again")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()

    for there in (
        *("/staff/", "/staff/campaigns/", NEW, "/staff/consent/", "/staff/consent/en/"),
        *(address, f"{address}edit/", f"{address}copy/", f"{address}partners/"),
        *(f"{address}partners/new/", f"{address}history/", f"{address}history/2/"),
        *(action, f"{action}edit/", f"{action}history/"),
    ):
        assert page.goto(there).status == 200, there
        assert violations(page) == [], there
        assert page.evaluate("document.documentElement.scrollWidth") <= width, there
