"""Counts in memory: as the library counts, for any number of sources, at any hour."""

import threading
from datetime import timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from campaign_actions.core.security import rate_limit
from campaign_actions.core.security.rate_limit import MemoryCounts
from tests.support.factories import NOON

LIMIT = parse("5 per minute")


@pytest.fixture
def limiter():
    return SlidingWindowCounterRateLimiter(MemoryCounts())


@given(st.lists(st.floats(0, 100), min_size=1, max_size=60))
def test_it_counts_as_the_library_does(pauses):
    ours, theirs = (
        SlidingWindowCounterRateLimiter(storage) for storage in (MemoryCounts(), MemoryStorage())
    )
    with time_machine.travel(NOON, tick=False) as clock:
        for pause in pauses:
            clock.shift(pause)

            assert ours.hit(LIMIT, "ada") == theirs.hit(LIMIT, "ada")
            assert ours.get_window_stats(LIMIT, "ada") == theirs.get_window_stats(LIMIT, "ada")


def test_a_clock_that_is_put_back_a_day_refuses_nobody(limiter):
    with time_machine.travel(NOON, tick=False) as clock:
        before = [limiter.hit(LIMIT, "ada") for _time in range(6)]
        clock.shift(-timedelta(days=1))

        after = limiter.hit(LIMIT, "ada")

    assert before == [True] * 5 + [False]
    assert after


def test_memory_holds_so_many_sources_and_no_more(limiter, monkeypatch):
    monkeypatch.setattr(rate_limit, "MAX_WINDOWS", 10)

    with time_machine.travel(NOON, tick=False):
        for number in range(30):
            limiter.hit(LIMIT, str(number))
        last = [limiter.hit(LIMIT, "29") for _time in range(5)]

    assert len(limiter.storage._windows) == 10
    assert last == [True] * 4 + [False]


def test_many_at_once_are_all_counted(limiter):
    passed = []

    def hit():
        passed.extend(limiter.hit(LIMIT, "ada") for _time in range(50))

    with time_machine.travel(NOON, tick=False):
        threads = [threading.Thread(target=hit) for _thread in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert sum(passed) == 5


def test_counting_starts_no_threads(limiter):
    running = threading.active_count()

    for number in range(1000):
        limiter.hit(LIMIT, str(number))

    assert threading.active_count() <= running
