"""A campaigner adds a picture and an accent colour; an administrator exports the audit log."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser.accessibility import look_at, violations
from tests.support.browser.campaigner import SAVE, press, publish_changes, set_picture
from tests.support.drafts import BOTH_LOCALES
from tests.support.factories import make_action, make_campaign
from tests.support.images import picture_with_metadata

pytestmark = pytest.mark.slow  # it drives a browser

WORDS = {"en": "A red sign on a blue wall.", "ru": "Красный знак на синей стене."}
SHIFTS = (
    "window.shift = 0; new PerformanceObserver(list => { for (const entry of list.getEntries())"
    " window.shift += entry.value; }).observe({type: 'layout-shift', buffered: true});"
)


@pytest.fixture
def campaign(workplace, request) -> str:
    """The address of the pages of a public campaign with an action; its slug is `looks` unless given."""
    with workplace.app.app_context():
        slug = getattr(request, "param", "looks")
        campaign = make_campaign(slug=slug, locales=BOTH_LOCALES)
        make_action(campaign=campaign, slug="sign", locales=BOTH_LOCALES)
        return f"/staff/campaigns/{campaign.id}/"


@pytest.fixture
def photo(tmp_path) -> Path:
    file = tmp_path / "photo.jpg"
    file.write_bytes(picture_with_metadata())
    return file


def test_a_picture_and_an_accent_colour_appear_on_public_pages(work, campaign, photo, shots):
    page = work("campaigner")
    set_picture(page, campaign, photo, words={})
    expect(page.locator("#alt-en-error")).to_be_visible()
    found = violations(page)

    page.get_by_label("Top left").check()
    page.set_input_files("#file", photo)
    for tag, words in WORDS.items():
        page.fill(f"#alt-{tag}", words)
    press(page, SAVE)
    expect(page.locator(".cuts img")).to_have_count(1)
    picture = page.locator(".cuts img").first
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("image => image.naturalWidth") > 0
    expect(page.get_by_label("Top left")).to_be_checked()
    found += choose_an_accent(page)
    page.goto(f"{campaign}changes/")
    found += look_at(page, shots, "picture-changes")
    publish_changes(page, campaign)

    for address in ("/ru/campaigns/looks/", "/en/campaigns/looks/sign/", "/en/"):
        page.goto(address)
        image = page.locator("picture img").first
        image.scroll_into_view_if_needed()
        page.wait_for_function("document.querySelector('picture img').naturalWidth > 0")
        assert image.evaluate("image => image.currentSrc").endswith("webp")
        found += look_at(page, shots, f"picture{address.replace('/', '-')}")
    assert found == []
    check_layout_shift(page)


@pytest.mark.parametrize("campaign", ["face"], indirect=True)
def test_a_click_on_a_face_chooses_what_stays_without_a_script(work, campaign, photo):
    page = work("campaigner")
    page.route("**/*.js*", lambda route: route.fulfill(content_type="text/javascript", body=""))
    page.goto(f"{campaign}appearance/")
    page.set_input_files("#file", photo)
    press(page, SAVE)
    expect(page.get_by_text("The picture you chose is kept.")).to_be_visible()
    for tag, words in WORDS.items():
        page.fill(f"#alt-{tag}", words)
    with page.expect_navigation():
        press(page, SAVE)

    picture = page.locator(".focus-picture")
    box = picture.bounding_box()
    picture.click(position={"x": box["width"] * 0.9, "y": box["height"] * 0.4})
    press(page, SAVE)

    expect(page.get_by_role("radio", name="Right", exact=True)).to_be_checked()
    expect(page.locator(".cuts img")).to_have_class("photo at-6")


def choose_an_accent(page: Page) -> list[str]:
    """Choose a colour with the keyboard; returns what axe then finds on the page in dark mode."""
    expect(page.get_by_role("radio", name="House colour")).to_be_checked()
    page.get_by_role("radio", name="House colour").focus()
    for _ in range(5):
        page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="Violet")).to_be_checked()
    press(page, SAVE)
    expect(page.get_by_role("radio", name="Violet")).to_be_checked()
    page.emulate_media(color_scheme="dark")
    return violations(page)


def check_layout_shift(page: Page) -> None:
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 360, "height": 800})
    page.add_init_script(SHIFTS)
    page.goto("/en/campaigns/looks/sign/")
    page.wait_for_function("document.querySelector('picture img').complete")
    assert page.evaluate("window.shift") < 0.01
    button = page.locator("form .btn.act")
    expect(button).to_have_css("background-color", "rgb(71, 45, 107)")


def test_an_export_of_the_audit_log_is_recorded_in_it(work):
    page = work("administrator")
    page.goto("/staff/audit/export/?subject=racism")

    with page.expect_download() as download:
        press(page, "Export audit log")

    assert download.value.suggested_filename.endswith(".csv")
    page.goto("/staff/audit/")
    expect(page.locator("tbody th").first).to_have_text("Exported the audit log")
