"""The clock of emails stands still while email is off, and never goes back."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign_actions.core.switches.email_clock import EmailClock
from tests.support.factories import NOON

HOUR = timedelta(hours=1)
PAUSED = EmailClock([(NOON, NOON + 3 * HOUR), (NOON + 5 * HOUR, None)])


def test_without_pauses_it_shows_the_time():
    assert EmailClock().at(NOON) == NOON


@pytest.mark.parametrize(
    ("hours", "shown"),
    [(-1, -1), (0, 0), (1, 0), (3, 0), (4, 1), (5, 2), (6, 2), (500, 2)],
)
def test_pauses_do_not_count(hours, shown):
    assert PAUSED.at(NOON + hours * HOUR) == NOON + shown * HOUR


def test_an_age_leaves_out_the_pauses_within_it():
    assert PAUSED.age(NOON - HOUR, NOON + 4 * HOUR) == 2 * HOUR
    assert PAUSED.age(NOON + 2 * HOUR, NOON + 4 * HOUR) == HOUR
    assert PAUSED.age(NOON + 6 * HOUR, NOON + 9 * HOUR) == timedelta()


@pytest.mark.parametrize(
    ("hours", "now", "since"),
    [(1, 10, 4), (2, 10, 3), (3, 10, -1), (2, 4.5, -0.5), (1, 4.5, 3.5), (0, 10, 10), (0, 4, 4)],
)
def test_a_moment_is_further_back_by_the_pauses_since(hours, now, since):
    found = PAUSED.ago(hours * HOUR, NOON + now * HOUR)

    assert found == NOON + since * HOUR


def test_a_time_on_the_clock_is_expected_when_nothing_else_is_paused():
    clock = EmailClock([(NOON, NOON + 3 * HOUR)])

    assert clock.expected(NOON + 10 * HOUR, NOON + 4 * HOUR) == NOON + 13 * HOUR


@given(
    lengths=st.lists(st.integers(0, 10**6), max_size=12),
    moments=st.lists(st.integers(-(10**6), 10**7), min_size=2, max_size=2),
)
def test_it_never_goes_back_and_never_runs_fast(lengths, moments):
    ends = [NOON + timedelta(seconds=sum(lengths[: n + 1])) for n in range(len(lengths))]
    clock = EmailClock(list(zip(ends[::2], ends[1::2], strict=False)))
    first, second = (NOON + timedelta(seconds=one) for one in sorted(moments))

    assert timedelta() <= clock.age(first, second) <= second - first
    back = clock.ago(clock.age(first, second), second)
    assert first <= back <= second
    assert clock.age(back, second) == clock.age(first, second)
