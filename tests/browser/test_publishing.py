"""Publishing by a campaigner: a fault is found and fixed, and a journalist sees a preview first."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import update

from campaign_actions.campaigns.models import CampaignText
from campaign_actions.core.db.session import db
from campaign_actions.publishing.queries import find_plan
from tests.support.browser.accessibility import look_at, save_screenshot, violations
from tests.support.browser.campaigner import press
from tests.support.browser.sites import Place
from tests.support.drafts import make_draft

pytestmark = pytest.mark.slow  # it drives a browser

PUBLIC = "/en/campaigns/faulty/"


@pytest.fixture
def draft(workplace: Place) -> int:
    """An unpublished campaign without a headline in Russian."""
    with workplace.app.app_context():
        campaign_id = make_draft(slug="faulty").id
        text = update(CampaignText).filter_by(campaign_id=campaign_id, locale="ru")
        db.session.execute(text.values(headline=""))
        db.session.commit()
        return campaign_id


def test_a_campaign_with_a_fault_is_fixed_and_published(work, workplace, draft, shots):
    staff, visitor, journalist = work("campaigner"), work(), work()
    staff.goto(f"/staff/campaigns/{draft}/publish/")
    expect(
        staff.get_by_text("The campaign is missing these texts: headline.").first
    ).to_be_visible()

    press(staff, "Publish campaign")
    expect(staff.get_by_role("heading", name="The campaign was not published")).to_be_visible()
    assert look_at(staff, shots, "publish-blocked") == []

    staff.get_by_role("checkbox", name="Русский").uncheck()
    press(staff, "Save languages only")
    expect(staff.get_by_text("Nothing needs fixing in texts, links and times.")).to_be_visible()

    press(staff, "Run all checks")
    expect(staff.locator(".verdict")).to_be_focused()
    expect(staff.locator(".verdict")).to_contain_text("Nothing needs fixing.")
    expect(
        staff.get_by_text("All checks, including emails and a test entry, were run on")
    ).to_be_visible()
    assert look_at(staff, shots, "publish-looked-through") == []

    staff.get_by_label("Shared with").fill("Elena, evening news")
    press(staff, "Create preview link")
    shared = staff.get_by_label("Preview link for Elena, evening news").input_value()
    journalist.goto(shared)
    expect(journalist.get_by_role("complementary").first).to_contain_text("Preview")
    assert visitor.request.get(PUBLIC).status == 404
    press(staff, "Publish campaign")
    expect(staff.get_by_role("status").first).to_contain_text("Campaign published.")
    assert visitor.goto(PUBLIC).status == 200

    staff.goto(f"/staff/campaigns/{draft}/publish/")
    staff.get_by_role("button", name="Revoke link").click()
    expect(staff.get_by_role("cell", name="Revoked")).to_be_visible()
    assert journalist.goto(shared).status == 410
    expect(journalist.get_by_role("heading", level=1)).to_have_text(
        "This preview link no longer works"
    )
    assert violations(journalist) == []
    assert visitor.context.cookies() == journalist.context.cookies() == []
    assert workplace.address in shared
    save_screenshot(staff, shots, "publish-open")


def test_the_form_in_a_preview_does_nothing(work, workplace):
    with workplace.app.app_context():
        plan = find_plan(make_draft(slug="form-of-a-preview").id)
        address = f"/staff/preview/ru/{plan.campaign.id}/{plan.actions[0].id}/"
    page = work("campaigner")
    page.goto(address)

    page.fill("[name=given_name]", "Ада")
    page.click("form button[type=submit]")

    expect(page.get_by_role("status")).to_be_visible()
    assert violations(page) == []
