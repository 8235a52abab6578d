"""Rate limits: counts in memory, and what counts as one source."""

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
from campaign_actions.core.security.rate_limit import MemoryCounts, rate_limiter, seconds_to_wait
from tests.support.factories import NOON

LIMIT = parse("5 per minute")


@pytest.fixture
def limiter():
    return SlidingWindowCounterRateLimiter(MemoryCounts())


@given(st.lists(st.floats(0, 100), min_size=1, max_size=60))
def test_memory_counts_agree_with_the_library(pauses):
    ours, theirs = (
        SlidingWindowCounterRateLimiter(storage) for storage in (MemoryCounts(), MemoryStorage())
    )
    with time_machine.travel(NOON, tick=False) as clock:
        for pause in pauses:
            clock.shift(pause)

            assert ours.hit(LIMIT, "ada") == theirs.hit(LIMIT, "ada")
            assert ours.get_window_stats(LIMIT, "ada") == theirs.get_window_stats(LIMIT, "ada")


def test_a_clock_put_back_by_a_day_refuses_nobody(limiter):
    with time_machine.travel(NOON, tick=False) as clock:
        before = [limiter.hit(LIMIT, "ada") for _time in range(6)]
        clock.shift(-timedelta(days=1))

        after = limiter.hit(LIMIT, "ada")

    assert before == [True] * 5 + [False]
    assert after


def test_the_number_of_sources_in_memory_is_limited(limiter, monkeypatch):
    monkeypatch.setattr(rate_limit, "MAX_WINDOWS", 10)

    with time_machine.travel(NOON, tick=False):
        for number in range(30):
            limiter.hit(LIMIT, str(number))
        last = [limiter.hit(LIMIT, "29") for _time in range(5)]

    assert len(limiter.storage._windows) == 10
    assert last == [True] * 4 + [False]


def test_concurrent_attempts_are_all_counted(limiter):
    allowed = []

    def hit():
        allowed.extend(limiter.hit(LIMIT, "ada") for _time in range(50))

    with time_machine.travel(NOON, tick=False):
        threads = [threading.Thread(target=hit) for _thread in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert sum(allowed) == 5


def test_counting_starts_no_threads(limiter):
    running = threading.active_count()

    for number in range(1000):
        limiter.hit(LIMIT, str(number))

    assert threading.active_count() <= running


# --- sources


def wait(app, address: str, limits: str) -> int:
    """Count an attempt from an address."""
    with app.test_request_context("/", environ_base={"REMOTE_ADDR": address}):
        return seconds_to_wait(limits, "test")


@pytest.fixture
def limited(app):
    """The app with rate limits, and no attempt counted so far."""
    app.config["RATELIMIT_ENABLED"] = True
    rate_limiter.of(app).storage.reset()
    return app


on_sqlite = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@on_sqlite
@pytest.mark.parametrize("address", ["1.2.3.4:5678", "unknown", "[2001:db8::1]:80", ""])
def test_an_address_that_cannot_be_parsed_is_a_source_too(limited, address):
    waits = [wait(limited, address, "1 per hour") for _try in "12"]

    assert waits[0] == 0 < waits[1]


@on_sqlite
def test_an_ipv6_household_is_one_source_and_its_neighbour_another(limited):
    addresses = ("2001:db8::1", "2001:db8::2", "2001:db8:0:1::1")

    waits = [wait(limited, address, "1 per hour") for address in addresses]

    assert [seconds > 0 for seconds in waits] == [False, True, False]


@on_sqlite
def test_a_single_attempt_begins_its_own_window(limited):
    with time_machine.travel(NOON + timedelta(minutes=9, seconds=50), tick=False) as clock:
        first = wait(limited, "1.2.3.4", "1 per 10 minutes")
        clock.shift(timedelta(minutes=9, seconds=50))  # across the edge of two windows of the clock
        second = wait(limited, "1.2.3.4", "1 per 10 minutes")
        clock.shift(timedelta(seconds=10))
        third = wait(limited, "1.2.3.4", "1 per 10 minutes")

    assert (first, second, third) == (0, 10, 0)


@on_sqlite
def test_the_number_of_single_attempts_in_memory_is_limited(limited, monkeypatch):
    monkeypatch.setattr(rate_limit, "MAX_WINDOWS", 10)

    for number in range(30):
        wait(limited, f"1.2.3.{number}", "1 per hour")

    assert len(rate_limiter.of(limited).storage._singles) == 10
    assert wait(limited, "1.2.3.29", "1 per hour") > 0


@on_sqlite
def test_an_ipv4_address_written_as_ipv6_is_the_same_source(limited):
    waits = [wait(limited, one, "1 per hour") for one in ("203.0.113.9", "::ffff:203.0.113.9")]

    assert [seconds > 0 for seconds in waits] == [False, True]


@on_sqlite
def test_an_ipv6_network_has_ten_times_the_limit_of_a_household(limited):
    """One customer often has a whole /48, and changes its /64 at will."""
    waits = [wait(limited, f"2001:db8:1:{n:x}::1", "2 per hour") for n in range(21)]
    elsewhere = [wait(limited, one, "2 per hour") for one in ("2001:db8:2::1", "203.0.113.9")]

    assert [seconds > 0 for seconds in waits] == [False] * 20 + [True]
    assert elsewhere == [0, 0]


@on_sqlite
def test_a_household_that_is_refused_uses_up_nothing_of_its_network(limited):
    household = [wait(limited, "2001:db8:7::1", "1 per hour") for _try in range(20)]
    neighbours = [wait(limited, f"2001:db8:7:{n:x}::1", "1 per hour") for n in range(1, 10)]

    assert [seconds > 0 for seconds in household] == [False] + [True] * 19
    assert neighbours == [0] * 9
