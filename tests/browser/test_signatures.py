"""Staff manage the signers of an action, in a real browser."""

import pytest
from playwright.sync_api import expect

from campaign_actions.actions.signatures.search import PAGE_SIZE
from campaign_actions.core.db.session import db, utc_now
from tests.support.browser.campaigner import ask_for_export, download
from tests.support.factories import make_action, make_campaign, make_confirmed
from tests.support.servers import until

pytestmark = pytest.mark.slow  # it drives a browser

INTO_A_FILE = (
    # A test cannot operate the browser's own file dialogue, so the page provides a file instead.
    "window.showSaveFilePicker = async () => (await navigator.storage.getDirectory())"
    ".getFileHandle('export.csv', { create: true })"
)
READ_IT = (
    "navigator.storage.getDirectory().then((d) => d.getFileHandle('export.csv'))"
    ".then((f) => f.getFile()).then((f) => f.text())"
)


@pytest.fixture(scope="module")
def action(workplace) -> str:
    """The address of the pages of an action with six signatures."""
    with workplace.app.app_context():
        campaign = make_campaign(slug="signers")
        action = make_action(campaign=campaign, slug="sign")
        for _number in range(6):
            make_confirmed(action, now=utc_now())
        db.session.remove()
        return f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/"


def test_an_export_is_downloaded_where_scripts_cannot_write_files(work, workplace, action):
    page = work("exporter")

    file = download(page, workplace, action, purpose="team")

    assert file.read_bytes().count(b"\n") == 7


def test_an_export_is_written_to_a_file_and_the_page_shows_its_progress(work, workplace, action):
    page = work("exporter")
    page.add_init_script(INTO_A_FILE)
    ask_for_export(page, workplace, action, purpose="team")
    held = []
    page.route("**/export/*/", lambda route: held.append(route))

    page.click("[data-export] button")
    expect(page.locator("[data-progress]")).to_contain_text("Preparing the file")
    until(lambda: page.evaluate("true") and bool(held))  # events arrive only during a call
    held.pop().continue_()
    expect(page.locator("[data-progress]")).to_contain_text("Download complete")

    text = page.evaluate(READ_IT)
    assert text.startswith("signature_id,")
    assert text.count("\n") == 7


def test_the_bar_comes_with_the_first_tick_and_says_how_many(work, action):
    page = work("exporter", width=360)
    page.goto(f"{action}signatures/")
    bar, ticks = page.locator("[data-bulk]"), page.locator(".tick")
    expect(bar).to_be_hidden()

    ticks.nth(0).check()
    ticks.nth(1).check()

    expect(bar.get_by_role("status")).to_have_text("Selected: 2")
    expect(bar.get_by_role("button", name="Export…")).to_be_in_viewport(ratio=1)
    bar.get_by_role("button", name="Clear selection").click()
    expect(bar).to_be_hidden()


def test_all_on_a_page_are_selected_and_cleared(work, action):
    page = work("exporter", width=360)
    page.goto(f"{action}signatures/")
    all_of_them = page.get_by_label("Select all on this page")

    all_of_them.check()

    bar = page.locator("[data-bulk]")
    expect(bar.get_by_role("status")).to_have_text("Selected: 6")
    page.locator(".tick").first.uncheck()
    expect(bar.get_by_role("status")).to_have_text("Selected: 5")
    expect(all_of_them).not_to_be_checked()
    bar.get_by_role("button", name="Clear selection").click()
    expect(bar).to_be_hidden()


def test_a_selection_goes_along_to_the_other_pages_of_the_list(work, workplace):
    with workplace.app.app_context():
        action = make_action(campaign=make_campaign(slug="paged"), slug="long")
        for _number in range(PAGE_SIZE + 2):
            make_confirmed(action, now=utc_now())
        db.session.remove()
        there = f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/signatures/"
    page = work("exporter")
    bar = page.locator("[data-bulk]")
    page.goto(there)

    page.locator(".tick").first.check()
    page.get_by_role("link", name="Older").click()
    expect(bar).to_contain_text("Selected: 1 · 1 of them on other pages")
    page.locator(".tick").last.check()
    page.get_by_role("link", name="First page").click()

    expect(bar).to_contain_text("Selected: 2 · 1 of them on other pages")
    expect(page.locator(".tick").first).to_be_checked()
    expect(page.get_by_text("Going to another page clears")).to_be_hidden()
    bar.get_by_role("button", name="Export…").click()
    expect(page.get_by_text("Selected: 2 participants")).to_be_visible()
    page.goto(there + "?page=2")
    expect(bar).to_be_hidden()


def test_a_selection_on_other_pages_can_be_cleared(work, action):
    page = work("exporter")
    page.goto(f"{action}signatures/#s={'a' * 26}")
    bar = page.locator("[data-bulk]")
    expect(bar).to_contain_text("Selected: 1 · 1 of them on other pages")

    bar.get_by_role("button", name="Clear selection").click()

    expect(bar).to_be_hidden()
    assert page.url.endswith("/signatures/")


def test_without_scripts_the_bar_is_always_there(work, action):
    page = work("exporter", java_script_enabled=False)
    page.goto(f"{action}signatures/")

    expect(page.locator("[data-bulk]")).to_be_visible()
    expect(page.get_by_text("Selected participants:")).to_be_visible()
    expect(page.get_by_text("Select all on this page")).to_be_hidden()


def test_a_phone_folds_all_filters_but_the_search(work, action):
    page = work("exporter", width=360)
    page.goto(f"{action}signatures/")
    expect(page.locator("#q")).to_be_visible()
    expect(page.locator("#country")).to_be_hidden()

    page.get_by_text("Filters", exact=True).click()

    expect(page.locator("#country")).to_be_visible()
    page.get_by_text("Filters", exact=True).click()
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(page.locator("#country")).to_be_visible()
