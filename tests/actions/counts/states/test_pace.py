"""Whether a goal will be reached, if as many confirm as in a period."""

from datetime import timedelta

import pytest

from campaign_actions.actions.counts.states.pace import Outlook, expect
from tests.support.factories import NOON

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("count", "confirmed", "closes_in", "expected"),
    [
        (400, 280, None, Outlook(reached_at=NOON + 60 * DAY)),
        (400, 280, 61, Outlook(reached_at=NOON + 60 * DAY)),
        (400, 280, 59, Outlook(count_at_close=990)),
        (400, 3, 90, Outlook(count_at_close=409)),
        (12_345, 280, 1, None),
        (400, 3, None, Outlook()),
        (400, 0, 59, None),
        (1000, 280, 59, None),
    ],
)
def test_a_goal_is_reached_at_the_same_pace_or_not_before_closing(
    count, confirmed, closes_in, expected
):
    closes_at = closes_in and NOON + closes_in * DAY
    facts = {"confirmed": confirmed, "span": 28 * DAY, "closes_at": closes_at, "now": NOON}

    assert expect(count, 1000, **facts) == expected


def test_an_estimate_has_three_digits_and_is_not_below_what_there_is():
    facts = {"span": 28 * DAY, "closes_at": NOON + 7 * DAY, "now": NOON}

    assert expect(12_345, 100_000, confirmed=500, **facts) == Outlook(count_at_close=12_400)
    assert expect(12_345, 100_000, confirmed=4, **facts) == Outlook(count_at_close=12_345)
