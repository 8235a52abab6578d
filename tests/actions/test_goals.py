"""The shown goal is always higher than the count."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign_actions.actions.goals import filled_heads, shown_goal
from campaign_actions.core.content.drawings.crowd_meter import HEADS


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


@pytest.mark.parametrize(
    ("count", "goal", "filled"),
    [(0, 100, 0), (19, 100, 0), (20, 100, 12), (20, 1_000_000, 1), (50, 100, 30), (99, 100, 59)],
)
def test_the_crowd_shows_the_share_of_the_goal_and_nothing_below_twenty_people(count, goal, filled):
    assert filled_heads(count, goal) == filled


@given(st.integers(1, 10**9), st.integers(0, 10**9))
def test_there_is_always_room_for_one_more_head(goal, count):
    assert filled_heads(count, shown_goal(goal, count)) < HEADS
