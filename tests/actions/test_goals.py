"""The shown goal is always higher than the count."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign_actions.actions.goals import shown_goal


@pytest.mark.parametrize(
    ("goal", "count", "shown"),
    [
        (500, 0, 500),
        (500, 499, 500),
        (500, 500, 1000),
        (100, 100, 250),
        (120, 130, 250),
        (2500, 2500, 5000),
        (15000, 25000, 50000),
        (100, 1_000_000, 2_500_000),
    ],
)
def test_a_reached_goal_rises_to_the_next_round_number(goal, count, shown):
    assert shown_goal(goal, count) == shown


@given(st.integers(1, 10**9), st.integers(0, 10**9))
def test_the_meter_is_never_full(goal, count):
    assert shown_goal(goal, count) > count
