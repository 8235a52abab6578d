"""Sending at a time and with approval, on the pages of updates."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from campaign_actions.actions.models import UPDATES_BY_ACTIONS
from campaign_actions.actions.personal_data.later_uses import set_covered
from campaign_actions.approvals.models import ApprovalRequest
from campaign_actions.audit.log import COMMAND
from campaign_actions.campaigns.models import Campaign
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.core.i18n.timezones import datetime_here
from campaign_actions.staff.dual_control import SetDualControl, apply_alone
from tests.support.factories import NOON, make_action, make_staff, make_update
from tests.support.page_text import visible_text
from tests.support.signature_pages import address
from tests.support.staff_client import log_in, token_of
from tests.support.updates import make_recipients, reload_update

IN_A_MONTH = utc_now() + timedelta(days=30)
LATER, LATER_STILL = (f"{IN_A_MONTH + timedelta(days=n):%Y-%m-%dT10:00}" for n in (0, 1))


@pytest.fixture
def action(client):
    action = make_action()
    make_recipients(action, 2)
    log_in(client, make_staff("campaigner", email="grace@example.org", name="Grace"))
    return action


@pytest.fixture
def update(action):
    return make_update(action)


def url(action, update, *rest):
    return address(action, "updates", str(update.id), *rest)


def send(client, action, update, **fields):
    page = url(action, update, "send")
    shown = client.get(page).text
    seen = shown.split('name="seen" value="')[1].split('"')[0]
    return client.post(page, data={"csrf_token": token_of(shown), "seen": seen, **fields})


def test_a_time_is_set_changed_and_taken_back(client, action, update):
    answer = send(client, action, update, when="at", at=LATER)
    page = visible_text(client.get(answer.location).text)
    change = client.get(url(action, update, "send")).text
    send(client, action, update, when="at", at=LATER_STILL)
    changed = reload_update(update).send_at
    token = token_of(client.get(answer.location).text)
    client.post(url(action, update, "cancel-time"), data={"csrf_token": token})

    assert "This update will be sent on" in page
    assert str(IN_A_MONTH.year) in page
    assert f'value="{LATER}"' in change
    assert changed.day == (IN_A_MONTH + timedelta(days=1)).day
    assert reload_update(update).status == "draft"


@pytest.mark.parametrize(
    ("at", "message"),
    [
        ("", "Enter a date and time."),
        ("2001-01-01T10:00", "This time has passed."),
        ("tomorrow", "Enter a date and time"),
        ("2099-01-01T10:00", "Choose a time within a year, until"),
    ],
)
def test_a_time_that_cannot_be_is_refused_in_words(client, action, update, at, message):
    answer = send(client, action, update, when="at", at=at)

    assert answer.status_code == 400
    assert message in visible_text(answer.text)
    assert reload_update(update).status == "draft"


def test_a_time_that_the_clocks_skip_is_refused(client, action, update):
    answer = send(client, action, update, when="at", at="2190-03-28T02:30", at_zone="Europe/Berlin")

    assert answer.status_code == 400
    assert "This time does not exist in Berlin" in visible_text(answer.text)


def test_wrong_input_is_summed_up_at_the_top(client, action, update):
    page = send(client, action, update, when="at", at="").text

    assert "<title>Error: Send this update to 2 people?" in page
    assert "Nothing was sent or scheduled" in page
    assert '<a href="#at">Enter a date and time.</a>' in page


@pytest.mark.parametrize("at", ["2190-03-28T02:30", "2190-10-31T02:30", "tomorrow"])
def test_a_time_that_is_not_chosen_does_not_matter(client, action, update, at):
    answer = send(client, action, update, when="now", at=at, at_zone="Europe/Berlin")

    assert answer.status_code == 303
    assert reload_update(update).status == "sending"


def test_the_button_says_what_each_choice_does(client, action, update):
    draft = client.get(url(action, update, "send")).text
    send(client, action, update, when="at", at=LATER)
    scheduled = client.get(url(action, update, "send")).text

    assert '<span class="if-now">Send update to 2 people</span>' in draft
    assert '<span class="if-later">Schedule update for 2 people</span>' in draft
    assert '<span class="if-later">Change the time</span>' in scheduled


def test_the_button_asks_for_approval_where_two_people_are_needed(client, action, update):
    apply_alone(SetDualControl("on", for_updates=True), actor=COMMAND, now=NOON)

    page = client.get(url(action, update, "send")).text

    assert '<button class="btn main" type="submit">Ask for approval</button>' in page
    assert "Send update to" not in page


def test_the_last_page_of_a_draft_shows_its_steps(client, action, update):
    page = client.get(url(action, update, "send")).text

    assert re.search(r'aria-current="step">3. Check and send<', page)


@pytest.fixture
def closing_update(client):
    """An update about an action that closes before LATER."""
    action = make_action(closes_at=utc_now() + timedelta(days=2))
    make_recipients(action, 2)
    log_in(client, make_staff("campaigner"))
    return action, make_update(action)


def warned_of(page):
    return page.split('name="warned_of" value="')[1].split('"')[0]


def test_the_page_says_when_the_action_closes(client, closing_update):
    page = visible_text(client.get(url(*closing_update, "send")).text)

    assert "“Title of hate-crimes (en)” closes on" in page


def test_a_time_after_closing_is_warned_about_before_it_is_set(client, closing_update):
    action, update = closing_update

    asked = send(client, action, update, when="at", at=LATER)
    before = reload_update(update).status
    again = send(client, action, update, when="at", at=LATER, warned_of=warned_of(asked.text))
    page = visible_text(client.get(again.location).text)

    assert (asked.status_code, before) == (400, "draft")
    assert "before the update is sent" in asked.text
    assert "That is fine for a result or a thank-you." in asked.text
    assert "Nothing is scheduled yet." in asked.text
    assert reload_update(update).status == "scheduled"
    assert "before the update is sent" in page


def test_each_time_after_closing_is_warned_about(client, closing_update):
    action, update = closing_update
    asked = send(client, action, update, when="at", at=LATER)

    other = send(client, action, update, when="at", at=LATER_STILL, warned_of=warned_of(asked.text))

    assert other.status_code == 400
    assert reload_update(update).status == "draft"


def test_keeping_a_time_after_closing_is_not_asked_about_again(client, closing_update):
    action, update = closing_update
    asked = send(client, action, update, when="at", at=LATER)
    send(client, action, update, when="at", at=LATER, warned_of=warned_of(asked.text))

    page = client.get(url(action, update, "send")).text
    kept = send(client, action, update, when="at", at=LATER, warned_of=warned_of(page))

    assert kept.status_code == 303


def test_now_starts_at_once(client, action, update):
    answer = send(client, action, update, when="now")

    assert "Sending started. The update will go to 2 people." in client.get(answer.location).text
    assert reload_update(update).status == "sending"


def test_a_second_person_is_asked_where_the_setting_says_so(client, action, update):
    apply_alone(SetDualControl("on", for_updates=True), actor=COMMAND, now=NOON)
    other = make_staff("campaigner", email="ada@example.org", name="Ada")

    asked = send(client, action, update, when="at", at=LATER)
    done = send(client, action, update, when="at", at=LATER, approval_reason="A reply came")
    draft = visible_text(client.get(url(action, update)).text)
    db.session.rollback()
    request = db.session.scalars(select(ApprovalRequest)).one()
    log_in(client, other)
    page = client.get(f"/staff/approvals/{request.id}/").text
    approval = f"/staff/approvals/{request.id}/approve/"
    client.post(approval, data={"csrf_token": token_of(page)})

    assert "Someone else has to approve this" in asked.text
    assert done.location == f"/staff/approvals/{request.id}/"
    assert "Someone has asked for approval to send this update." in draft
    assert "It <strong>passed</strong> today." in page
    assert "See the email" in page
    assert reload_update(update).status == "scheduled"


def asked_page(client, action, update) -> str:
    """The page that asks for the reason."""
    apply_alone(SetDualControl("on", for_updates=True), actor=COMMAND, now=NOON)
    return visible_text(send(client, action, update, when="at", at=LATER).text)


def test_the_approver_sees_to_which_actions_it_goes(client, action):
    set_covered("petition", "en", {UPDATES_BY_ACTIONS: 1}, now=NOON)
    campaign = db.session.get(Campaign, action.campaign_id)
    other = make_action(campaign=campaign, slug="speak-up")
    make_recipients(other, 1)

    page = asked_page(client, action, make_update(action, others=[other]))

    titles = "Title of hate-crimes (en); Title of speak-up (en)"
    assert f"Took part in at least one of these {titles}" in page


def test_the_approver_sees_that_it_goes_to_the_whole_campaign(client, action):
    page = asked_page(client, action, make_update(action, scope="campaign"))

    assert "Sent to the whole campaign" in page
    assert "Send an update of the campaign racism · The law has passed" in page


def test_saving_a_change_cancels_the_request(client, action, update):
    apply_alone(SetDualControl("on", for_updates=True), actor=COMMAND, now=NOON)
    send(client, action, update, when="now", approval_reason="A reply came")
    page = client.get(url(action, update)).text
    seen = page.split('name="seen" value="')[1].split('"')[0]
    fields = {
        "csrf_token": token_of(page),
        "seen": seen,
        "texts.en.subject": "New",
        "texts.en.body": "New",
    }

    answer = client.post(url(action, update), data=fields)

    db.session.rollback()
    assert db.session.scalars(select(ApprovalRequest.state)).all() == ["cancelled"]
    assert "The request for approval was cancelled" in client.get(answer.location).text


def test_one_that_could_not_be_sent_says_why(client, action):
    at = NOON - timedelta(days=1)
    update = make_update(action, send_at=at, returned_at=NOON, returned_why="rights")

    page = visible_text(client.get(url(action, update)).text)

    assert f"This update was not sent at its time, {datetime_here(at)}." in page
    assert "The person who set the time can no longer send updates." in page


def test_both_lists_say_that_an_update_is_waiting_for_approval(client, action, update):
    apply_alone(SetDualControl("on", for_updates=True), actor=COMMAND, now=NOON)
    send(client, action, update, when="now", approval_reason="A reply came")
    db.session.rollback()
    asked = db.session.scalar(select(ApprovalRequest.id))
    db.session.rollback()

    for page in (f"/staff/campaigns/{action.campaign_id}/updates/", address(action, "updates")):
        shown = client.get(page).text
        assert f'href="/staff/approvals/{asked}/">Waiting for approval</a>' in shown
        assert ">Draft<" not in shown
