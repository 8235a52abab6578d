"""Dashboards of several actions: rows that lead to the lists of each action, and goals together."""

import re
from datetime import timedelta
from html import unescape

import pytest

from campaign_actions.actions.counts.ledger import fold
from campaign_actions.actions.counts.states.fold import fold_states
from campaign_actions.actions.models import Action
from campaign_actions.actions.signatures.withdraw import withdraw
from campaign_actions.campaigns.models import Campaign
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.web.staff.dashboards import charts
from tests.support.factories import (
    make_action,
    make_campaign,
    make_confirmed,
    make_signature,
    make_staff,
)
from tests.support.staff_client import log_in

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
RANGES = ("?range=24h", "?range=7d", "", "?range=all")


@pytest.fixture
def actions(app):
    """Two of one campaign: with three people of each, hours, days and months ago."""
    first = make_action()
    second = make_action(campaign=db.session.get(Campaign, first.campaign_id), slug="other")
    for action, past in (
        (first, 2 * DAY),
        (second, 2 * DAY),
        (first, 3 * HOUR),
        (second, 50 * DAY),
    ):
        then = utc_now() - past
        make_confirmed(action, now=then)
        make_signature(action, now=then)
        withdraw(make_confirmed(action, now=then), now=then)
    fold_states(utc_now())
    return first, second


def address_of(actions, query=""):
    return f"/staff/campaigns/{actions[0].campaign_id}/dashboard/{query}"


def rows_of(page, panel):
    """The numbers and the address of each row of a table."""
    table = page.partition(f'id="{panel}"')[2].partition("</table>")[0]
    body = table.partition("<tbody>")[2].partition("</tbody>")[0]
    found = []
    for row in re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL):
        address = re.search(r'href="([^"]+)"', row)
        numbers = re.findall(r'class="n">([\d,]+)</td>', row)
        found.append(([int(one) for one in numbers], unescape(address[1]) if address else ""))
    return found


def people_by_action(staff, address):
    """How many people the lists of a page by action have, compared with the numbers there."""
    page = staff.get(address).text
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    counts = 0
    for row in re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL):
        count = int(re.search(r'class="n">(\d+)</td>', row)[1])
        people = staff.get(unescape(re.search(r'href="([^"]+)"', row)[1])).text
        assert people.count('class="nw"><time') == count
        counts += count
    return counts


@pytest.mark.parametrize("query", RANGES)
@pytest.mark.parametrize(("panel", "cells"), [("total", 1), ("states", 4)])
def test_every_bar_of_several_actions_leads_to_its_people(staff, actions, query, panel, cells):
    rows = rows_of(staff.get(address_of(actions, query)).text, panel)

    assert sum(sum(numbers[:cells]) for numbers, _address in rows) > 0
    assert all(address for _numbers, address in rows)
    for numbers, address in rows:
        if sum(numbers[:cells]):
            assert people_by_action(staff, address) == sum(numbers[:cells])


def test_the_page_of_a_bar_says_when_it_was_and_leads_back_to_the_range(staff, actions):
    rows = rows_of(staff.get("/staff/dashboard/?range=24h").text, "states")
    address = next(address for numbers, address in rows if sum(numbers))

    page = staff.get(address).text

    assert page.partition("<h1")[2].partition("</h1>")[0].endswith(">Participants")
    hours = [f"{utc_now() - past:%H}:00" for past in (3 * HOUR, 2 * HOUR)]
    assert re.search(f"{hours[0]} to [^<]*{hours[1]}", page)
    assert 'href="/staff/dashboard/?range=24h"' in page


def test_the_page_of_one_day_names_it_once(staff, actions):
    rows = rows_of(staff.get("/staff/dashboard/?range=7d").text, "states")

    page = staff.get(rows[2][1]).text

    assert f"One day: {(utc_now() - 2 * DAY):%-d %B %Y}." in page


@pytest.mark.parametrize(
    "query", ["bucket=2001-01-01T00:00Z", "bucket=x", "bucket=%00", "status=forms&part=country"]
)
def test_a_time_that_is_not_in_the_range_is_not_found(staff, actions, query):
    assert staff.get(f"/staff/dashboard/actions/?{query}").status_code == 404


def test_each_step_of_several_actions_leads_to_the_actions(staff, actions):
    forms, mailed, confirmed = rows_of(staff.get(address_of(actions)).text, "steps")

    assert people_by_action(staff, forms[1]) == forms[0][0] == 9
    assert people_by_action(staff, confirmed[1]) == confirmed[0][0] == 3
    page = staff.get(mailed[1]).text
    assert "Emails accepted by mail servers" in page


def test_accepted_emails_of_several_actions_lead_to_the_figures_of_each(staff, actions):
    db.session.execute(db.text("update state_days set mailed = 4 where part = 'all'"))
    db.session.commit()

    address = rows_of(staff.get(address_of(actions, "?range=all")).text, "steps")[1][1]
    page = staff.get(address).text

    for action in actions:
        its = f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/?range=all#steps"
        assert f'href="{its}"' in page


def test_each_step_of_one_action_leads_to_its_people_but_emails_have_no_list(staff, actions):
    page = staff.get(f"/staff/campaigns/{actions[0].campaign_id}/actions/{actions[0].id}/").text

    forms, mailed, confirmed = rows_of(page, "steps")
    for numbers, address in (forms, confirmed):
        assert staff.get(address).text.count('class="nw"><time') == numbers[0]
    assert mailed[1] == ""
    assert "Sent emails are soon deleted, so there is no list of them." in page


def test_the_number_of_all_confirmed_leads_to_the_actions_since_the_start(staff, actions):
    page = staff.get(address_of(actions, "?range=7d")).text

    address = re.search(r'<dt>Confirmed</dt>\s*<dd><a href="([^"]+)">4</a>', page)[1]
    assert people_by_action(staff, unescape(address)) == 4


def test_someone_who_may_not_see_people_gets_no_links_to_bars(client, actions):
    log_in(client, make_staff("reviewer"))

    page = client.get(address_of(actions)).text

    for panel in ("total", "states", "steps"):
        assert {address for _numbers, address in rows_of(page, panel)} == {""}


def chart_of(page, name="total"):
    return page.partition(f'id="{name}-wide-t"')[2].partition("</svg>")[0]


def test_the_goals_of_published_actions_are_added_up(staff, actions):
    campaign = db.session.get(Campaign, actions[0].campaign_id)
    make_action(campaign=campaign, slug="third", goal=250)
    draft = make_action(campaign=campaign, slug="draft", goal=900)
    db.session.get(Action, draft.id).published_at = None
    db.session.commit()
    fold()
    same = staff.get(address_of(actions)).text
    db.session.get(Action, actions[1].id).goal = 2  # reached, so 100 is shown
    db.session.commit()

    page = staff.get(address_of(actions)).text

    assert "Goals together: 450" in chart_of(same)
    assert "Goals shown, together: 450" in chart_of(page)
    assert "First goals together: 352" in chart_of(page)
    assert "The goals of all published actions are added up." in page


def test_the_goal_of_one_published_action_is_called_its_goal(staff, app):
    make_action(goal=250)

    page = staff.get("/staff/dashboard/").text

    assert "Goal: 250" in chart_of(page)
    assert "are added up" not in page


def test_a_comparison_says_how_many_lines_it_leaves_out(staff, app):
    words = "Lines on the chart: the largest 5 of 6. The table has all of them."
    for number in range(charts.MAX_LINES):
        action = make_action(campaign=make_campaign(slug=f"c{number}"), slug=f"a{number}")
        make_confirmed(action, now=utc_now() - DAY)
    fold_states(utc_now())
    of_five = staff.get("/staff/dashboard/").text
    make_confirmed(make_action(campaign=make_campaign(slug="last"), slug="b"), now=utc_now() - DAY)
    fold_states(utc_now())

    of_six = staff.get("/staff/dashboard/").text

    assert "Lines on the chart" not in of_five
    assert words in of_six
    assert len(rows_of(of_six, "comparison")) == 6
