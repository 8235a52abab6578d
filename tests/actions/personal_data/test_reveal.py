"""Addresses shown or deleted one by one: some, then more after a log-in, then only with a second person."""

from datetime import timedelta
from functools import partial

import pytest

from campaign_actions.actions.personal_data.reveal import DAY, RevealMore, is_revealed, reveal
from campaign_actions.audit.log import COMMAND
from campaign_actions.staff.dual_control import (
    SecondPersonNeeded,
    SetDualControl,
    apply_alone,
)
from tests.support.concurrency import run_concurrently
from tests.support.factories import NOON, make_staff

EARLIER, LATER = NOON - timedelta(minutes=5), NOON + timedelta(minutes=5)
LIMIT = 2


@pytest.fixture
def member(app):
    return make_staff("exporter")


def show(member, *names, now=NOON, proved_at=EARLIER):
    details = {"action": "racism/hate-crimes", "limit": LIMIT, "proved_at": proved_at}
    return [reveal(name, member=member, now=now, **details) for name in names]


def test_after_the_limit_a_log_in_is_needed_and_then_a_second_person(member):
    assert show(member, "a", "b", "c") == [None, None, "login"]
    assert show(member, "c", "d", "e", now=LATER, proved_at=LATER) == [None, None, "approval"]
    assert not is_revealed("e", member, LATER)


def test_an_address_counts_once_in_a_day(member):
    assert show(member, "a", "a", "a", "b") == [None] * 4
    assert show(member, "c", "d", now=NOON + DAY) == [None, None]
    assert not is_revealed("a", member, NOON + DAY)


def test_everyone_has_their_own_limit(member):
    show(member, "a", "b")

    assert show(make_staff("exporter"), "c") == [None]


def test_a_second_person_lets_a_member_start_again(member):
    show(member, "a", "b")
    more = RevealMore(1, member.id, member.email)
    apply_alone(SetDualControl("on"), actor=COMMAND, now=NOON)

    with pytest.raises(SecondPersonNeeded):
        apply_alone(more, actor=member.email, now=NOON)
    assert show(member, "c") == ["login"]
    apply_alone(more, actor=COMMAND, now=NOON)

    assert show(member, "c") == [None]


def test_of_many_at_once_no_more_than_the_limit_are_shown(app, member):
    tasks = [partial(show, member, name) for name in "abcdefgh"]

    answers = run_concurrently(app, *tasks)

    assert [answer for (answer,) in answers].count(None) == LIMIT
