"""Scripts of single fields: the time zone of the browser, and files that are too large."""

import pytest
from playwright.sync_api import expect

from tests.support.drafts import BOTH_LOCALES
from tests.support.factories import make_campaign

pytestmark = pytest.mark.slow  # it drives a browser
ZONE = "Asia/Almaty"
ZONE_PAGES = ["/staff/account/", "/staff/organization/time-zone/"]


@pytest.mark.parametrize("address", ZONE_PAGES)
def test_the_time_zone_of_the_browser_is_one_press_away(work, address):
    page = work("administrator", timezone_id=ZONE)
    page.goto(address)
    zone, button = page.locator("#timezone"), page.get_by_role("button", name="as in this")
    expect(button).to_have_text("Use Almaty, as in this browser")
    before = zone.input_value()

    button.click()

    expect(zone).to_have_value(ZONE)
    expect(zone).to_be_focused()
    expect(button).to_be_hidden()
    assert before != ZONE


def test_the_chosen_time_zone_is_not_offered_again(work):
    page = work("campaigner", timezone_id=ZONE)
    page.goto("/staff/account/")
    page.get_by_role("button", name="as in this").click()
    with page.expect_navigation():
        page.locator("#timezone").evaluate("field => field.form.requestSubmit()")

    expect(page.locator("#timezone")).to_have_value(ZONE)
    expect(page.get_by_role("button", name="as in this")).to_have_count(0)


def test_without_scripts_no_time_zone_is_offered(work):
    page = work("administrator", timezone_id=ZONE, java_script_enabled=False)
    page.goto("/staff/account/")

    expect(page.locator("#timezone")).to_be_visible()
    expect(page.get_by_role("button", name="as in this")).to_have_count(0)


def test_a_file_that_is_too_large_is_refused_before_it_is_sent(work, workplace, tmp_path):
    with workplace.app.app_context():
        address = f"/staff/campaigns/{make_campaign(slug='large', locales=BOTH_LOCALES).id}/"
    page = work("campaigner")
    page.goto(f"{address}appearance/")
    field, message = page.locator("#file"), page.get_by_text("This file is too large")
    large, small = tmp_path / "large.jpg", tmp_path / "small.jpg"
    small.write_bytes(b"small")
    with large.open("wb") as file:
        file.truncate(int(field.get_attribute("data-most-bytes")) + 1)

    field.set_input_files(large)
    expect(message).to_be_visible()
    expect(field).to_have_value("")

    field.set_input_files(small)
    expect(message).to_be_hidden()
    assert field.input_value().endswith("small.jpg")
