"""A sample of the signatures that match a filter is spread over all of them, also without reading all."""

import pytest

from campaign_actions.actions.signatures.filters.filter import SignatureFilter
from campaign_actions.actions.signatures.invalidation.random_sample import random_sample
from campaign_actions.actions.signatures.search import PAGE_SIZE, count_results
from tests.support.factories import make_action, make_confirmed, make_signature

SIZE = 3
BOTS = SignatureFilter(source="bot")


def draw(action, wanted=BOTS):
    return random_sample(action.id, wanted, count_results(action.id, wanted), size=SIZE)


def make_bots(action, number: int) -> list[int]:
    return [make_confirmed(action, source="bot").id for _number in range(number)]


@pytest.mark.parametrize("number", [12, 60])
def test_a_sample_is_not_always_the_newest(app, number):
    action = make_action()
    bots = make_bots(action, number)
    others = [make_confirmed(action).id for _number in range(5)]

    drawn = [[row.id for row in draw(action)] for _time in range(40)]

    seen = set().union(*drawn)
    assert {len(set(ids)) for ids in drawn} == {SIZE}
    assert seen <= set(bots) - set(others)
    assert min(seen) < bots[number // 2] < max(seen), "older and newer ones"
    assert all(ids == sorted(ids, reverse=True) for ids in drawn), "newest first"


def test_a_sample_is_fair_although_every_second_one_is_pending(app):
    action = make_action()
    for number in range(96):
        make = make_signature if number % 2 else make_confirmed
        make(action, source="bot")

    drawn = [{row.status for row in draw(action)} for _time in range(12)]

    assert {"confirmed", "pending"} in drawn


def test_the_oldest_of_little_more_than_a_page_may_be_drawn(app):
    action = make_action()
    oldest = make_bots(action, PAGE_SIZE + 10)[:10]
    count = count_results(action.id, BOTS)

    drawn = {row.id for _time in range(10) for row in random_sample(action.id, BOTS, count, size=8)}

    assert drawn & set(oldest)


def test_a_small_number_is_shown_whole_and_nobody_else(app):
    action = make_action()
    bots = make_bots(action, 2)
    make_confirmed(action)

    assert sorted(row.id for row in draw(action)) == bots
    assert draw(action, SignatureFilter(source="other")) == []


def test_of_those_selected_one_by_one_some_are_shown(app):
    action = make_action()
    chosen = [make_confirmed(action) for _number in range(20)]
    make_confirmed(action)

    rows = draw(action, SignatureFilter(ids=tuple(one.public_id for one in chosen)))

    assert len(rows) == SIZE
    assert {row.id for row in rows} <= {one.id for one in chosen}
