"""How long an email is delayed between two attempts."""

from datetime import timedelta

import pytest

from campaign_actions.outbox.outcomes import MAX_AGE, pause

MINUTES = [1, 2, 5, 15, 30, 60, 120, 240, 240, 240]


@pytest.mark.parametrize(("attempts", "minutes"), [*enumerate(MINUTES, 1)])
def test_pauses_grow_to_four_hours(attempts, minutes):
    assert pause(attempts) == timedelta(minutes=minutes)


def test_while_the_server_is_unavailable_pauses_are_five_minutes_at_most():
    pauses = [pause(attempts, is_server_away=True) for attempts in range(1, 20)]

    assert pauses[:3] == [timedelta(minutes=m) for m in (1, 2, 5)]
    assert max(pauses) == timedelta(minutes=5)


def test_an_email_is_dead_after_three_days_of_attempts():
    assert timedelta(hours=72) == MAX_AGE
