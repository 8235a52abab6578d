"""An action's dashboard says when its goal will be reached, and when it closes."""

import re
from datetime import timedelta

import pytest

from campaign_actions.actions.counts.states.fold import fold_states
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.i18n.formatting import date_long
from tests.support.factories import make_action, make_campaign, make_confirmed

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def first_figure(staff, action, query=""):
    page = staff.get(f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/{query}").text
    block = page.partition('<dl class="figs">')[2].partition("</div>")[0]
    return [re.sub(r"<[^>]+>", "", line).strip() for line in re.findall(r"<dd>(.*?)</dd>", block)]


def take_part(action, *days_ago):
    for days in days_ago:
        make_confirmed(action, now=utc_now() - days * DAY)
    fold_states(utc_now())


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", "At the pace of these 28 days: about "),
        ("?range=7d", "At the pace of these 7 days: about "),
        ("?range=all", "At the pace since the start: about "),
    ],
)
def test_it_says_when_the_goal_will_be_reached(staff, app, query, words):
    action = make_action(goal=5)
    take_part(action, 2, 3, 4)

    lines = first_figure(staff, action, query)

    assert lines[1] == "60% of the goal of 5"
    assert lines[2].startswith(words)
    assert lines[3] == "no closing time"


def test_the_day_is_that_at_which_as_many_more_are_there(staff, app):
    action = make_action(goal=6)
    take_part(action, 2, 3, 4)

    line = first_figure(staff, action)[2]

    with app.test_request_context("/staff/"):
        days = [date_long(utc_now() + number * DAY) for number in (27, 28)]
    assert line.rpartition("about ")[2] in days


def test_an_action_that_closes_before_has_an_estimate_until_then(staff, app):
    action = make_action(goal=100, closes_at=utc_now() + 14 * DAY)
    take_part(action, *range(1, 15))

    lines = first_figure(staff, action, "?range=7d")

    assert re.fullmatch(
        r"At the pace of these 7 days: not before it closes; about 2[5-8] by then", lines[2]
    )
    assert lines[3].startswith("closes on ")


def test_a_goal_that_is_years_away_has_no_day(staff, app):
    action = make_action(goal=1000)
    take_part(action, 2)

    assert first_figure(staff, action)[2] == "At the pace of these 28 days: not within two years"


def test_nothing_is_said_without_a_pace_or_once_the_action_has_closed(staff, app):
    nobody = make_action(goal=5)
    closed = make_action(
        slug="closed", campaign=make_campaign(slug="other"), goal=5, closes_at=utc_now() - HOUR
    )
    take_part(closed, 2, 3)
    over = f"?range=own&from={(utc_now() - 3 * DAY).date()}&to={(utc_now() - 2 * DAY).date()}"

    assert first_figure(staff, nobody)[1:] == ["0% of the goal of 5", "no closing time"]
    assert first_figure(staff, closed)[1:] == ["40% of the goal of 5"]
    take_part(nobody, 2, 3)
    assert first_figure(staff, nobody, over)[2:] == ["no closing time"]


def test_24_hours_are_compared_with_the_average_day_of_the_week_before(staff, app):
    action = make_action()
    take_part(action, 0, 2, 2, 3, 4, 5, 6, 7, 8, 20)

    page = staff.get(f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/?range=24h").text

    assert "1 a day on average in the 7 days before" in page
    address = f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/?range=7d"
    assert "a day on average" not in staff.get(address).text
