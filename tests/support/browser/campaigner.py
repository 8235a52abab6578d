"""The steps that a campaigner takes in the workspace, one function for each."""

import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.support.browser.sites import Place

PASSWORD = "seven purple tractors sing"
NEW_CAMPAIGN = "/staff/campaigns/new/"
HOME = re.compile(r"//[^/]+/staff/$")
LOG_OUT = "form[action$='/logout'] button"
LANGUAGES = {"en": "English", "ru": "Russian"}


SAVE = re.compile(r"^Save( draft)?$")  # the second one if the page is public


def press(page: Page, name: str | re.Pattern[str]) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def follow(page: Page, name: str) -> None:
    page.get_by_role("link", name=name).first.click()


def accept_invitation(page: Page, link: str, *, name: str = "Ada") -> None:
    page.goto(link)
    page.fill("#name", name)
    page.fill("#new_password", PASSWORD)
    page.click("main button[type=submit]")


def add_passkey(page: Page, name: str) -> None:
    """Add the first passkey, which leads to the page of recovery codes."""
    page.goto("/staff/account/passkeys/new/")
    page.fill("#name", name)
    page.click("main button[type=submit]")
    page.wait_for_url("**/recovery-codes/")


def log_out(page: Page) -> None:
    if (menu := page.locator(".menu-open")).is_visible():  # in a narrow window
        menu.click()
    page.click(LOG_OUT)
    page.wait_for_url("**/staff/login")


def show_passkey(page: Page) -> None:
    page.click("form.passkey button")


def enter_password(page: Page, email: str) -> None:
    page.goto("/staff/")
    page.fill("#email", email)
    page.fill("#password", PASSWORD)
    page.click("form:not(.passkey) button[type=submit].main")


def make_campaign(page: Page, topic: str) -> str:
    """Make a draft; returns the address of its pages."""
    page.goto(NEW_CAMPAIGN)
    page.get_by_label("Topic").fill(topic)
    return _make_draft(page)


def make_action(page: Page, campaign: str, demand: str) -> str:
    """Make a draft of a petition; returns the address of its pages."""
    page.goto(f"{campaign}actions/new/")
    page.get_by_label("Demand").fill(demand)
    return _make_draft(page)


def write(page: Page, address: str, texts: Mapping[str, Mapping[str, str]]) -> None:
    """Fill in the texts of a campaign or an action, by language and field label."""
    page.goto(f"{address}edit/?left=en&right=ru")
    for tag, fields in texts.items():
        for name, text in fields.items():
            field = page.get_by_label(f"{name} ({LANGUAGES[tag]})")
            if not field.is_visible():  # on a phone, a text that can be left out is folded
                page.locator("details.optional-text", has=field).locator("summary").click()
            field.fill(text)
    save(page)


def rename(page: Page, slug: str) -> None:
    """Change the address of the campaign or action that is being edited."""
    page.get_by_label("Page address", exact=True).fill(slug)
    save(page)


def wait_for_editor(page: Page) -> None:
    """Until the script of the texts is there, which hides this button."""
    expect(page.get_by_role("button", name="Show language")).to_be_hidden()


def choose_second_language(page: Page, locale: str) -> None:
    wait_for_editor(page)  # an earlier choice takes one more press of the button
    page.get_by_label("Second language").select_option(locale)


def save(page: Page) -> None:
    press(page, SAVE)
    expect(
        page.get_by_text(re.compile(r"^Saved$|^Saved as a draft|^(Saved|Draft saved) at "))
    ).to_be_visible()


def publish_changes(page: Page, campaign: str) -> None:
    """Publish every draft of a public campaign and its actions."""
    page.goto(f"{campaign}changes/")
    press(page, re.compile(r"^Publish \d+ changes?$"))
    expect(page.get_by_role("status")).to_contain_text("published.")


def set_picture(page: Page, campaign: str, photo: Path, *, words: Mapping[str, str]) -> None:
    """Upload a picture with alt texts, by language."""
    page.goto(f"{campaign}appearance/")
    page.set_input_files("#file", photo)
    for tag, text in words.items():
        page.fill(f"#alt-{tag}", text)
    press(page, SAVE)


def publish_at(
    page: Page, campaign: str, instant: datetime, button: str = "Schedule campaign"
) -> None:
    """Schedule the opening for a time in UTC, to the second."""
    page.goto(f"{campaign}publish/")
    page.get_by_label("At a later time").check()
    page.get_by_label("Date and time").fill(f"{instant:%Y-%m-%dT%H:%M:%S}")
    press(page, button)
    expect(page.get_by_role("status")).to_contain_text("It will open on")


def write_update(page: Page, action: str, texts: Mapping[str, tuple[str, str]]) -> None:
    """Write an update, by language; this leads to the preview of its email."""
    page.goto(f"{action}updates/new/")
    for tag, (subject, body) in texts.items():
        page.fill(f"[name='texts.{tag}.subject']", subject)
        page.fill(f"[name='texts.{tag}.body']", body)
    press(page, "Save and preview")
    expect(page).to_have_url(re.compile("/preview/"))


def ask_for_export(page: Page, place: Place, action: str, *, purpose: str) -> None:
    """Ask for an export and approve it on the server; the page then offers the download."""
    page.goto(f"{action}export/")
    page.check(f"input[value={purpose}]")
    page.check("input[value=csv]")
    press(page, "Show the first rows")
    press(page, re.compile(r"Export \d+ participants?"))
    page.get_by_label("Why is this needed?").fill("For the meeting of the council.")
    press(page, "Ask for approval")
    expect(page).to_have_url(re.compile(r"/staff/approvals/\d+/$"))
    place.do("staff", "approve", page.url.split("/")[-2], "--yes")
    page.reload()


def download(page: Page, place: Place, action: str, *, purpose: str) -> Path:
    """Download an export as a browser without a file picker does; returns the file."""
    page.add_init_script("delete window.showSaveFilePicker")
    ask_for_export(page, place, action, purpose=purpose)
    with page.expect_download() as download:
        page.click("[data-export] button")
    assert re.fullmatch(r"[a-z0-9-]+\.csv", download.value.suggested_filename)
    return download.value.path()


def archive(page: Page, campaign: str, results: Mapping[str, str]) -> None:
    """Archive a campaign, with what it achieved by language."""
    page.goto(f"{campaign}archive/")
    for tag, text in results.items():
        page.get_by_label(f"Result in {LANGUAGES[tag]}").fill(text)
    press(page, "Archive campaign")


def _make_draft(page: Page) -> str:
    press(page, "Create draft")
    expect(page).to_have_url(re.compile("/edit/"))
    page.wait_for_load_state()  # its scripts see what is typed from here on
    return page.url.partition("edit/")[0]
