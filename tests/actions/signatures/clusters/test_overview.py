"""The overview says how many clusters an action has, and how many people are left in them now."""

import pytest

from campaign_actions.actions.signatures.clusters import overview
from campaign_actions.actions.signatures.clusters.overview import OpenClusters, count_open_clusters
from campaign_actions.actions.signatures.filters.filter import SignatureFilter
from tests.support.batches import mark
from tests.support.clusters import MINUTE, arrive, look, make_compared_action
from tests.support.factories import NOON, make_campaign
from tests.support.statements import recorded


@pytest.fixture
def action(app):
    action = make_compared_action()
    arrive(action, 20, domain="bulk.example")
    look()
    return action


def count(campaigns=None, *, max_actions: int = 9) -> dict[int, OpenClusters]:
    return count_open_clusters(campaigns, now=NOON, max_actions=max_actions)


def test_they_are_counted_by_action_in_the_campaigns_of_a_member(action):
    campaigns = None, {action.campaign_id}, {action.campaign_id + 1}, ()

    one = {action.id: OpenClusters(number=1, left=20)}
    assert [count(each) for each in campaigns] == [one, one, {}, {}]


def test_it_is_about_those_who_are_left_now(action):
    some = SignatureFilter(domain="bulk.example", source="robot")
    arrive(action, 12, domain="bulk.example", source="robot")
    before = count()[action.id]

    mark(action.id, some, now=NOON + MINUTE)

    assert (before.left, count()[action.id].left) == (32, 20)


def test_of_several_clusters_the_largest_says_how_many_at_least(action):
    arrive(action, 30, domain="other.example", now=NOON + MINUTE)
    look(NOON + MINUTE)

    found = count()[action.id]

    assert (found, found.is_exact) == (OpenClusters(number=2, left=30), False)


def test_many_are_not_counted_to_the_end(action, monkeypatch):
    monkeypatch.setattr(overview, "MAX_LEFT", 10)

    found = count()[action.id]

    assert (found.left, found.is_exact) == (10, False)


def test_more_clusters_and_actions_take_no_more_statements(action):
    with recorded() as of_one:
        count()
    for slug in ("second", "third"):
        other = make_compared_action(campaign=make_campaign(slug=slug))
        arrive(other, 20, domain="bulk.example")
        arrive(other, 20, domain="spam.example")
    look()

    with recorded() as of_three:
        found = count()
    newest = count(max_actions=1)

    assert len(found) == 3
    assert len(of_three) == len(of_one)
    assert list(newest) == [max(found)]
