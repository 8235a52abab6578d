"""Publishing as a campaigner does it: a fault is found and mended, a journalist looks, the instant comes."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from campaign_actions.actions.models import Action
from campaign_actions.campaigns.models import Campaign, CampaignText
from campaign_actions.core.database import db
from tests.browser.accessibility import violations
from tests.browser.conftest import Workplace
from tests.running import until

PUBLIC = "/en/campaigns/racism/"
STAFF_PAGES = (
    *("publish/", "unpublish/", "close/", "archive/", "reopen/"),
    *("actions/{action}/close/", "actions/{action}/open/"),
)


@pytest.fixture
def draft(workplace: Workplace) -> tuple[int, int]:
    """A campaign that is not published and lacks its headline in Russian: its id, and an action's."""
    with workplace.app.app_context():
        campaign_id = db.session.scalar(select(Campaign.id).filter_by(slug="racism"))
        actions = select(Action.id).filter_by(campaign_id=campaign_id).order_by(Action.position)
        action_id = db.session.scalar(actions)
        for table, row in ((Campaign, {"id": campaign_id}), (Action, {"campaign_id": campaign_id})):
            db.session.execute(update(table).filter_by(**row).values(published_at=None))
        text = update(CampaignText).filter_by(campaign_id=campaign_id)
        db.session.execute(text.values(is_public=True))
        db.session.execute(text.filter_by(locale="ru").values(headline=""))
        db.session.commit()
    return campaign_id, action_id


def status(page: Page, address: str) -> int:
    return page.request.get(address).status


def test_from_a_fault_to_an_open_campaign(contexts, draft, shots):
    campaign_id, _action_id = draft
    staff, visitor, journalist = contexts(is_staff=True), contexts(), contexts()
    staff.goto(f"/staff/campaigns/{campaign_id}/publish/")
    expect(staff.get_by_text("The campaign lacks: Headline.").first).to_be_visible()
    assert violations(staff) == []

    staff.get_by_role("button", name="Publish", exact=True).click()
    expect(staff.get_by_role("alert")).to_contain_text("It was not published")
    assert violations(staff) == []
    assert status(visitor, PUBLIC) == 404

    staff.get_by_role("checkbox", name="Русский").uncheck()
    staff.get_by_role("button", name="Save languages").click()
    expect(staff.get_by_text("Nothing is in the way in texts, links and times.")).to_be_visible()

    staff.get_by_role("button", name="Look through everything").click()
    expect(staff.locator(".verdict")).to_be_focused()
    expect(staff.locator(".verdict")).to_contain_text("Nothing is in the way.")
    expect(staff.get_by_text("with all mails and a test signature")).to_be_visible()
    assert violations(staff) == []

    staff.get_by_label("For whom").fill("Elena, evening news")
    staff.get_by_role("button", name="Make a link").click()
    address = staff.get_by_label("Address for Elena, evening news").input_value()
    shared = address.replace("http://actions.example.org", "")
    journalist.goto(shared)
    expect(journalist.get_by_role("complementary").first).to_contain_text("Preview")
    assert violations(journalist) == []

    instant = datetime.now(UTC) + timedelta(seconds=5)
    staff.get_by_label("At a time").check()
    staff.get_by_label("Day and time").fill(f"{instant:%Y-%m-%dT%H:%M:%S}")
    staff.get_by_role("button", name="Publish", exact=True).click()
    expect(staff.get_by_role("status")).to_contain_text("It opens on")
    assert violations(staff) == []
    assert datetime.now(UTC) < instant
    assert status(visitor, PUBLIC) == 404
    until(lambda: status(visitor, PUBLIC) == 200, 60)
    assert datetime.now(UTC) >= instant.replace(microsecond=0)
    visitor.goto(PUBLIC)
    expect(visitor.get_by_role("heading", level=1)).to_be_visible()

    staff.reload()
    staff.get_by_role("button", name="Revoke").click()
    expect(staff.get_by_role("cell", name="Revoked")).to_be_visible()
    assert status(journalist, shared) == 410
    journalist.goto(shared)
    expect(journalist.get_by_role("heading", level=1)).to_have_text("This preview has ended")
    assert visitor.context.cookies() == journalist.context.cookies() == []
    if shots:
        staff.screenshot(path=shots / "publish-open-360.png", full_page=True)


def test_the_form_of_a_shared_preview_does_nothing(contexts, draft):
    campaign_id, action_id = draft
    page = contexts(is_staff=True)
    page.goto(f"/staff/preview/ru/{campaign_id}/{action_id}/")

    page.fill("[name=given_name]", "Ада")
    page.click("form button[type=submit]")

    expect(page.get_by_role("status")).to_be_visible()
    assert violations(page) == []


@pytest.mark.parametrize("width", [360, 1280])
def test_pages_of_publishing_can_be_used_by_everybody(contexts, workplace, draft, width):
    campaign_id, action_id = draft
    page = contexts(is_staff=True, width=width)
    addresses = [f"/staff/campaigns/{campaign_id}/{rest}" for rest in STAFF_PAGES]
    addresses += [
        f"/staff/preview/en/{campaign_id}/{action_id}/{rest}" for rest in ("thanks/", "mails/")
    ]
    with workplace.app.app_context():
        now = datetime.now(UTC)
        db.session.execute(update(Campaign).filter_by(id=campaign_id).values(published_at=now))
        db.session.commit()

    for address in addresses:
        page.goto(address.format(action=action_id))

        assert violations(page) == [], address
        overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(overflow) <= 0, address
