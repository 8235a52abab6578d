"""The robot check turns itself on above a rate of forms, and off again after a quiet hour."""

from datetime import timedelta

import pytest

from campaign_actions.actions.signatures.restrictions import unproved
from campaign_actions.audit.log import AUTOMATIC
from campaign_actions.core.switches.state import is_off, switch_state
from campaign_actions.switches.robot_check import follow_rate
from tests.support.factories import NOON, make_action, make_campaign, make_signature
from tests.support.switches import off

RATE = 3
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def campaign(app):
    return make_campaign()


@pytest.fixture
def action(campaign):
    return make_action(campaign=campaign)


def arrive(action, count: int, *, now=NOON) -> None:
    for _one in range(count):
        make_signature(action, now=now)


def is_checked(action) -> bool:
    return is_off(unproved(action.id))


@pytest.mark.parametrize(("forms", "wanted"), [(RATE, False), (RATE + 1, True)])
def test_more_forms_in_a_minute_than_the_rate_turn_it_on(action, forms, wanted):
    arrive(action, forms)

    follow_rate(NOON + MINUTE / 2, rate=RATE)

    assert is_checked(action) is wanted


def test_the_record_says_that_it_was_the_rate(action):
    arrive(action, RATE + 1)
    follow_rate(NOON, rate=RATE)
    follow_rate(NOON, rate=RATE)

    known = switch_state().off[unproved(action.id)]
    assert (known.off_by, known.reason) == (AUTOMATIC, "More than 3 forms in a minute")


def test_forms_before_the_last_minute_and_those_of_others_do_not_count(campaign, action):
    other = make_action(campaign=campaign, slug="speak-up")
    arrive(action, RATE, now=NOON - MINUTE)
    arrive(action, RATE)
    arrive(other, RATE)

    follow_rate(NOON, rate=RATE)

    assert not is_checked(action)
    assert not is_checked(other)


def test_without_a_rate_only_staff_turn_it_on(action):
    arrive(action, 20)

    follow_rate(NOON, rate=0)

    assert not is_checked(action)


def test_after_a_quiet_hour_it_turns_itself_off(action):
    arrive(action, RATE + 1)
    follow_rate(NOON, rate=RATE)

    follow_rate(NOON + HOUR - MINUTE, rate=RATE)
    before = is_checked(action)
    follow_rate(NOON + HOUR, rate=RATE)

    assert before
    assert not is_checked(action)


def test_it_stays_on_while_forms_keep_arriving(action):
    arrive(action, RATE + 1)
    follow_rate(NOON, rate=RATE)
    arrive(action, RATE * 15, now=NOON + HOUR / 2)

    follow_rate(NOON + HOUR, rate=RATE)

    assert is_checked(action)


def test_what_staff_turned_on_stays_on(action):
    off(unproved(action.id), NOON)

    follow_rate(NOON + 5 * HOUR, rate=RATE)

    assert is_checked(action)
