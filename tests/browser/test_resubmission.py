"""If a session ends while someone is writing, nothing they typed is lost, with or without scripts."""

import re

import pytest
from playwright.sync_api import expect

from campaign_actions.core.db.session import db
from campaign_actions.staff.models import StaffSession
from tests.support.browser.accessibility import look_at
from tests.support.browser.campaigner import follow, make_campaign, press, save
from tests.support.browser.sites import Place

pytestmark = pytest.mark.slow  # it drives a browser


IS_ABOVE_THE_BAR = """() => {
  const [field, bar] = [document.activeElement, document.querySelector(".savebar")];
  return field.getBoundingClientRect().bottom < bar.getBoundingClientRect().top;
}"""


def test_the_preview_reports_the_end_of_the_session_and_goes_on_after_the_next_log_in(
    work, workplace, shots
):
    page = work(width=1280)
    ada = workplace.log_in(page.context, "campaigner")
    make_campaign(page, "The right to rest")
    shown = page.frame_locator("iframe[name=preview]")
    expect(shown.locator("h1")).to_have_count(1)
    end_sessions(workplace, ada)

    page.get_by_label("Headline (English)").fill("Typed after the session")
    expect(page.get_by_role("alert")).to_contain_text("You have been logged out")
    page.set_viewport_size({"width": 360, "height": 800})
    page.wait_for_function(IS_ABOVE_THE_BAR)
    assert look_at(page, shots, "logged-out-writing") == []
    page.set_viewport_size({"width": 1280, "height": 800})
    workplace.log_in_again(page.context, ada)
    page.get_by_label("Summary (English)").fill("Typed after the next log-in.")

    expect(shown.locator("h1")).to_have_text("Typed after the session")
    expect(page.get_by_text("You have been logged out")).to_be_hidden()
    save(page)
    assert page.get_by_label("Headline (English)").input_value() == "Typed after the session"


def test_without_scripts_a_page_keeps_the_text_until_the_next_log_in(work, workplace):
    page = work(java_script_enabled=False)
    ada = workplace.log_in(page.context, "campaigner")
    make_campaign(page, "The right to leisure")
    page.get_by_label("Headline (English)").fill("Nobody loses <this>")
    end_sessions(workplace, ada)

    press(page, "Save")
    expect(page.get_by_role("heading", level=1)).to_have_text("You have been logged out")
    with page.context.expect_page() as opened:
        follow(page, "Open new tab")
    expect(opened.value).to_have_url(re.compile(r"/staff/login\?next=/staff/logged-in/"))
    workplace.log_in_again(page.context, ada)
    opened.value.reload()
    expect(opened.value.get_by_role("heading", level=1)).to_have_text("You are logged in")
    press(page, "Continue")
    expect(page.get_by_text("Nobody loses <this>", exact=True)).to_be_visible()
    press(page, "Send form again")

    expect(page.get_by_text(re.compile(r"^Saved at "))).to_be_visible()
    assert page.get_by_label("Headline (English)").input_value() == "Nobody loses <this>"


def test_the_pages_that_keep_the_text_are_accessible(work, workplace, shots):
    page, found = work(), []
    ada = workplace.log_in(page.context, "campaigner")
    make_campaign(page, "The right to a name")
    page.get_by_label("Page text (English)").fill("A long text.\n\n" * 20)
    end_sessions(workplace, ada)

    press(page, "Save")
    found += look_at(page, shots, "kept-logged-out")
    workplace.log_in_again(page.context, ada)
    press(page, "Continue")
    expect(page.get_by_role("button", name="Send form again")).to_be_visible()
    found += look_at(page, shots, "kept-again")

    assert found == []


def end_sessions(workplace: Place, staff_id: int) -> None:
    with workplace.app.app_context():
        db.session.query(StaffSession).filter_by(staff_id=staff_id).delete()
        db.session.commit()
