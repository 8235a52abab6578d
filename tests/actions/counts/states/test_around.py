"""Before and after a moment, equally many days or hours are counted."""

from datetime import timedelta

import pytest

from campaign_actions.actions.counts.states.around import Around, confirmed_around
from campaign_actions.actions.counts.states.fold import fold_states
from tests.support.factories import NOON, make_action, make_confirmed, make_signature

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def action(app):
    """With people every 20 hours from five days before NOON until five days after, and one pending."""
    action = make_action()
    for number in range(-6, 7):
        make_confirmed(action, now=NOON + number * 20 * HOUR + HOUR)
    make_signature(action, now=NOON - HOUR)
    fold_states(NOON)
    return action


@pytest.mark.parametrize(
    ("passed", "expected"),
    [
        (30 * 60 * timedelta(seconds=1), Around(24, "hour", before=1, after=None)),
        (5 * HOUR + 59 * timedelta(minutes=1), Around(5, "hour", before=0, after=1)),
        (2 * DAY + HOUR, Around(2, "day", before=2, after=3)),
        (20 * DAY, Around(3, "day", before=3, after=4)),
    ],
)
def test_as_many_days_or_hours_are_counted_as_have_passed(action, passed, expected):
    assert confirmed_around([action.id], [NOON], NOON + passed) == [expected]


def test_of_an_old_moment_whole_days_are_counted(action):
    """NOON is at twelve, so its own day belongs to those after it."""
    found = confirmed_around([action.id], [NOON], NOON + 60 * DAY)

    assert found == [Around(3, "day", before=4, after=3)]


def test_moments_old_and_new_are_counted_at_once(action):
    now = NOON + 5 * DAY
    old, new = confirmed_around([action.id], [NOON - 90 * DAY, NOON], now)

    assert old == Around(3, "day", before=0, after=0)
    assert [new] == confirmed_around([action.id], [NOON], now) != [None]


def test_several_moments_are_counted_at_once(action):
    found = confirmed_around([action.id], [NOON - DAY, NOON + 90 * DAY], NOON + 2 * DAY)

    assert found == [Around(3, "day", before=3, after=4), None]
    assert confirmed_around([action.id], [], NOON) == []
