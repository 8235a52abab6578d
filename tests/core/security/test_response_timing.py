"""Response times are rounded up; tests/test_response_times.py measures whole requests."""

from time import perf_counter

from campaign_actions.core.security.response_timing import STEP_SECONDS, round_up_response_time


def test_a_response_takes_at_least_one_step(app):
    started = perf_counter()

    round_up_response_time(started)

    assert perf_counter() - started >= STEP_SECONDS


def test_a_response_that_took_longer_takes_the_next_whole_step(app):
    started = perf_counter() - 2.5 * STEP_SECONDS

    round_up_response_time(started)

    assert perf_counter() - started >= 3 * STEP_SECONDS
