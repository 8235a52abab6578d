"""From the blank page to a campaign that is public and shared, with the clicks counted."""

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser.accessibility import save_screenshot, violations
from tests.support.browser.campaign_texts import ACTION, ALT, CAMPAIGN
from tests.support.browser.campaigner import LANGUAGES
from tests.support.browser.clicks import Clicks
from tests.support.images import picture_with_metadata
from tests.support.servers import until

pytestmark = pytest.mark.slow  # it drives a browser

MAX_CLICKS = 12  # beyond typing
NEXT = "Save and continue"


def type_texts(page: Page, texts: dict[str, dict[str, str]]) -> None:
    for tag, fields in texts.items():
        for name, text in fields.items():
            page.get_by_label(f"{name} ({LANGUAGES[tag]})").fill(text)


@pytest.mark.timeout(120)
def test_blank_to_published_in_two_languages_with_a_picture(open_site, site, shots, tmp_path):
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(picture_with_metadata())
    page = open_site(width=1280)
    site.log_in(page.context, "campaigner")
    page.goto("/staff/campaigns/")
    clicks = Clicks(page)

    clicks.follow("New campaign")
    page.get_by_label("Topic").fill("Torture in custody")
    clicks.press("Create draft")
    clicks.choose_second_language("ru")
    type_texts(page, CAMPAIGN)
    clicks.press(NEXT)
    page.get_by_label("Demand").fill(ACTION["en"]["Demand"])
    clicks.press("Create draft")
    type_texts(page, ACTION)
    clicks.press(NEXT)
    clicks.choose_file(photo)
    expect(page.locator("#focus-on canvas")).to_be_visible()
    for tag, words in ALT.items():
        page.fill(f"#alt-{tag}", words)
    clicks.press(NEXT)
    expect(page.get_by_role("heading", name="Next: try the emails")).to_be_visible()
    assert violations(page) == []
    save_screenshot(page, shots, "checklist-1280")
    clicks.press("Send me the emails", inside=".next")
    expect(page.get_by_text("The emails are on their way to")).to_be_visible()
    clicks.follow("Publish", inside=".next")
    clicks.press("Publish campaign")

    expect(page.get_by_role("heading", name="Published. Share it")).to_be_visible()
    assert clicks.count <= MAX_CLICKS
    assert violations(page) == []
    save_screenshot(page, shots, "published-1280")
    for tag in LANGUAGES:
        address = page.get_by_label("Public address").inner_text().replace("/en/", f"/{tag}/")
        answer = page.request.get(address)
        assert answer.status == 200, address
        assert ACTION[tag]["Demand"] in answer.text()
    tried = f"Confirm your signature: {ACTION['en']['Demand']}"
    until(lambda: tried in [str(mail["subject"]) for mail in site.mails()], 20)
