"""Campaigners turn the robot check of their actions on and off, with a reason."""

import pytest

from campaign_actions.actions.signatures.restrictions import unproved
from campaign_actions.core.switches.state import SIGN, is_off, switch_state
from tests.support.factories import make_action, make_staff
from tests.support.staff_client import log_in, post
from tests.support.switches import REASON, action_switch, off


@pytest.fixture
def action(app):
    return make_action()


@pytest.fixture
def campaigner(client, action):
    member = make_staff("campaigner", email="grace@example.org")
    log_in(client, member)
    return member


def address_of(action) -> str:
    return f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/robot-check/"


def turn(client, action, to: str, reason: str = REASON):
    page = address_of(action)
    return post(client, f"{page}{to}/", seen=page, reason=reason)


def test_it_is_turned_on_and_off_and_the_page_says_who_and_why(client, campaigner, action):
    went_on = turn(client, action, "on")
    known = switch_state().off[unproved(action.id)]
    shown = client.get(address_of(action)).text
    went_off = turn(client, action, "off", "It has stopped")

    assert (went_on.status_code, went_off.status_code) == (303, 303)
    assert (known.off_by, known.reason) == ("grace@example.org", REASON)
    assert REASON in shown
    assert "Turn off the robot check" in shown
    assert not is_off(unproved(action.id))


def test_a_reason_is_required(client, campaigner, action):
    answer = turn(client, action, "on", " ")

    assert answer.status_code == 400
    assert "Enter a reason" in answer.text
    assert not is_off(unproved(action.id))


def test_the_second_of_two_people_keeps_the_reason(client, campaigner, action):
    off(unproved(action.id))

    answer = turn(client, action, "on", "Fakes since noon")

    assert answer.status_code == 409
    assert "already" in answer.text
    assert 'value="Fakes since noon"' in answer.text


def test_an_action_of_another_campaign_is_not_found(client, campaigner, action):
    wrong = f"/staff/campaigns/{action.campaign_id}/actions/{action.id + 1}/robot-check/"

    assert client.get(wrong).status_code == 404


def test_it_says_that_nobody_can_take_part_while_the_action_is_off(client, campaigner, action):
    make_staff("administrator", name="Lin", email="lin@example.org")
    before = client.get(address_of(action)).text
    off(action_switch(action))

    page = client.get(address_of(action)).text

    assert "nobody can take part" not in before
    assert "nobody can take part at the moment" in page
    assert "mailto:lin@example.org" in page


@pytest.mark.parametrize("which", [SIGN, None])
def test_pages_show_beside_the_state_that_an_action_is_switched_off(
    client, campaigner, action, which
):
    campaign = f"/staff/campaigns/{action.campaign_id}/"
    own = f"{campaign}actions/{action.id}/"
    pages = campaign, own, f"{own}signatures/", address_of(action)
    before = [client.get(page).text for page in pages]
    off(which or action_switch(action))

    after = [client.get(page).text for page in pages]

    badge = '<span class="tag warn">Switched off</span>'
    assert not any(badge in page for page in before)
    assert all(badge in page for page in after)


def test_pages_of_an_action_show_that_its_robot_check_is_on(client, campaigner, action):
    own = f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/"
    before = client.get(own).text
    off(unproved(action.id))

    pages = [client.get(page).text for page in (own, f"{own}signatures/")]

    tag = f'<a class="tag warn" href="{address_of(action)}">Robot check on</a>'
    assert tag not in before
    assert all(tag in page for page in pages)


def test_the_list_of_participants_leads_there(client, campaigner, action):
    page = client.get(address_of(action).replace("robot-check", "signatures")).text

    assert f'href="{address_of(action)}"' in page


def test_the_overview_says_that_it_is_on(client, campaigner, action):
    turn(client, action, "on")

    page = client.get("/staff/").text

    assert "Robot check turned on: Title of hate-crimes (en)" in page
    assert f'href="{address_of(action)}"' in page


def test_the_pages_about_robots_say_that_it_is_on(client, campaigner, action):
    clusters = address_of(action).replace("robot-check", "signatures/clusters")
    before = client.get(clusters).text
    turn(client, action, "on")

    after = client.get(clusters).text

    words = "The robot check has been on since"
    assert (words in before, words in after) == (False, True)
