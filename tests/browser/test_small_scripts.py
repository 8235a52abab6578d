"""Scripts of single fields: the time zone of the browser, and files that are too large."""

from secrets import token_hex

import pytest
from playwright.sync_api import expect

from campaign_actions.core.db.session import utc_now
from tests.support.browser.campaigner import press
from tests.support.drafts import BOTH_LOCALES
from tests.support.factories import make_action, make_campaign

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


@pytest.fixture
def of_closing(workplace) -> str:
    """The address of the closing time of an open action."""
    with workplace.app.app_context():
        action = make_action(campaign=make_campaign(slug=f"hours-{token_hex(4)}"))
        return f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/close/"


@pytest.mark.parametrize(
    ("zone", "times"),
    [
        ("Asia/Bishkek", {"2150-12-01T14:30": "08:30", "2150-12-01T03:00": "30 Nov 2150, 21:00"}),
        ("Europe/Berlin", {"2026-03-29T03:00": "01:00", "2026-10-25T03:00": "02:00"}),
    ],
)
def test_the_organisations_time_follows_what_is_typed(work, of_closing, zone, times):
    page = work("campaigner", member={"timezone": zone})
    page.goto(of_closing)
    page.get_by_label("At a later time").check()
    field, note = page.locator("#at"), page.locator("[data-elsewhere=at]")
    expect(note).to_be_hidden()

    for typed, said in times.items():
        field.fill(typed)
        expect(note).to_have_text(f"For the organisation: {said} (UTC)")

    field.fill("")
    expect(note).to_be_hidden()


@pytest.mark.parametrize("typed", ["2026-03-29T02:30", "2026-10-25T02:30"])
def test_a_time_that_is_skipped_or_comes_twice_is_left_to_the_server(work, of_closing, typed):
    page = work("campaigner", member={"timezone": "Europe/Berlin"})
    page.goto(of_closing)
    page.get_by_label("At a later time").check()
    field, note = page.locator("#at"), page.locator("[data-elsewhere=at]")
    field.fill("2026-06-01T02:30")
    expect(note).to_be_visible()

    field.fill(typed)

    expect(note).to_be_hidden()


def test_the_typed_time_keeps_its_order_in_arabic(work, of_closing):
    page = work("campaigner", member={"timezone": "Asia/Bishkek", "locale": "ar"})
    page.goto(of_closing)
    page.locator("input[value=at]").check()

    page.locator("#at").fill("2150-12-01T14:30")

    first_strong_isolate = "\u2068"
    expect(page.locator("[data-elsewhere=at]")).to_contain_text(
        f"{first_strong_isolate}8:30\u00a0ص"
    )


def test_without_scripts_the_organisations_time_is_that_of_the_saved_time(work, of_closing):
    page = work("campaigner", member={"timezone": "Asia/Bishkek"}, java_script_enabled=False)
    page.goto(of_closing)
    page.get_by_label("At a later time").check()
    expect(page.locator("[data-elsewhere=at]")).to_be_hidden()
    page.locator("#at").fill(f"{utc_now().year + 1}-12-01T14:30")
    press(page, "Save")

    page.goto(of_closing)

    expect(page.get_by_text("For the organisation: 08:30 (UTC)", exact=True)).to_be_visible()


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
