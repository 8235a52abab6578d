"""One person asks and another approves, in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from campaign_actions.core.db.session import db
from tests.support.browser.accessibility import look_at
from tests.support.browser.campaigner import press
from tests.support.factories import make_staff

pytestmark = pytest.mark.slow  # it drives a browser


@pytest.fixture
def member(workplace) -> int:
    with workplace.app.app_context():
        staff_id = make_staff("reviewer", email="leaving@example.org", name="Mona Leaving").id
        db.session.remove()
        return staff_id


def test_one_person_asks_and_another_approves(work, member, shots):
    asks, approves = work("administrator"), work("administrator")
    asks.goto(f"/staff/people/{member}/disable/")
    press(asks, "Disable account")
    expect(asks.get_by_role("heading", name="Someone else has to approve this")).to_be_visible()
    assert look_at(asks, shots, "approvals-ask") == []

    press(asks, "Ask for approval")
    expect(asks.locator("[aria-invalid=true]")).to_be_visible()
    assert look_at(asks, shots, "approvals-ask-mistake") == []
    asks.get_by_label("Why is this needed?").fill("She has left the organisation.")
    press(asks, "Ask for approval")
    expect(asks.get_by_role("button", name="Cancel request")).to_be_visible()
    assert look_at(asks, shots, "approvals-asked") == []

    approves.goto("/staff/")
    approves.get_by_role(
        "link", name=re.compile("^Review request")
    ).click()  # the demo has others as well
    approves.get_by_role("link", name="Disable leaving@example.org").click()
    expect(approves.get_by_text("She has left the organisation.")).to_be_visible()
    assert look_at(approves, shots, "approvals-decide") == []
    press(approves, "Approve request")
    expect(approves.get_by_role("status")).to_contain_text("Request approved")
    approves.goto(f"/staff/people/{member}/")
    expect(
        approves.get_by_text("This account is disabled. This person cannot log in.")
    ).to_be_visible()
