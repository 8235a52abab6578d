"""The pages of an update say who has approved or declined it, and why."""

import pytest
from sqlalchemy import select

from campaign_actions.approvals.models import ApprovalRequest
from campaign_actions.audit.log import COMMAND
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.staff.dual_control import SetDualControl, apply_alone
from campaign_actions.updates.schedule import start_due
from tests.support.factories import NOON, make_action, make_staff, make_update
from tests.support.page_text import visible_text
from tests.support.signature_pages import address
from tests.support.staff_client import log_in, token_of
from tests.support.updates import make_recipients


@pytest.fixture
def page(app, client):
    """The address of a draft."""
    action = make_action()
    make_recipients(action, 2)
    log_in(client, make_staff("campaigner", email="grace@example.org", name="Grace"))
    apply_alone(SetDualControl("on", for_updates=True), actor=COMMAND, now=NOON)
    return address(action, "updates", str(make_update(action).id))


def ask(client, page):
    shown = client.get(f"{page}send/").text
    seen = shown.split('name="seen" value="')[1].split('"')[0]
    fields = {"seen": seen, "when": "now", "approval_reason": "A reply came"}
    asked = client.post(f"{page}send/", data={"csrf_token": token_of(shown), **fields})
    assert asked.status_code == 303


def decide(app, deed, note=""):
    """By another person."""
    db.session.rollback()
    asked = db.session.scalar(select(ApprovalRequest.id).filter_by(state="pending"))
    client = app.test_client()
    log_in(client, make_staff("campaigner", email="ada@example.org", name="Ada"))
    there = f"/staff/approvals/{asked}/"
    fields = {"csrf_token": token_of(client.get(there).text), "note": note}
    assert client.post(f"{there}{deed}/", data=fields).status_code == 303


def text_of(client, page):
    return visible_text(client.get(page).text)


def test_the_draft_says_why_it_was_declined_until_someone_asks_again(app, client, page):
    ask(client, page)
    decide(app, "decline", "Wrong date.")

    shown, listed = (
        text_of(client, page),
        text_of(client, page.rpartition("updates/")[0] + "updates/"),
    )
    ask(client, page)

    said = (
        "The request to send this update was declined Wrong date. Decided by Ada (ada@example.org)"
    )
    assert said in shown
    assert "Draft Declined" in listed
    assert "Wrong date." not in text_of(client, page)


def test_the_page_of_a_sent_update_names_who_approved_it(app, client, page):
    ask(client, page)
    decide(app, "approve")

    scheduled = text_of(client, page)
    start_due(utc_now())

    assert "approved by Ada (ada@example.org)" in scheduled
    assert "approved by Ada (ada@example.org)" in text_of(client, page)
