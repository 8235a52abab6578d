"""A cluster shows how many signatures arrived in each minute, and how many of them it has."""

from datetime import timedelta

from campaign_actions.actions.signatures.clusters.minutes import MINUTES_SHOWN, minutes_around
from campaign_actions.actions.signatures.clusters.queries import open_clusters
from campaign_actions.actions.signatures.filters.filter import SignatureFilter
from campaign_actions.core.content.drawings.minute_bars import WIDTH, minute_bars
from tests.support.batches import mark
from tests.support.clusters import MINUTE, arrive, look, make_compared_action
from tests.support.factories import NOON

BULK = {"domain": "bulk.example"}


def test_the_last_half_hour_is_counted_by_the_minute(app):
    action = make_compared_action()
    arrive(action, 4, now=NOON - 10 * MINUTE)
    arrive(action, 12, now=NOON - 2 * MINUTE, **BULK)
    arrive(action, 8, now=NOON, **BULK)
    arrive(action, 3, now=NOON + timedelta(seconds=30))
    look(NOON + MINUTE)
    (cluster,) = open_clusters(action.id)

    counts = minutes_around(cluster, NOON)

    assert len(counts) == MINUTES_SHOWN
    assert {place: pair for place, pair in enumerate(counts) if pair[0]} == {
        MINUTES_SHOWN - 11: (4, 0),
        MINUTES_SHOWN - 3: (12, 12),
        MINUTES_SHOWN - 1: (11, 8),
    }


def test_those_already_marked_invalid_are_left_out(app):
    action = make_compared_action()
    arrive(action, 40, now=NOON - 2 * MINUTE, domain="known.example")
    arrive(action, 12, now=NOON - 2 * MINUTE, **BULK)
    look(NOON)
    mark(action.id, SignatureFilter(domain="known.example"), now=NOON)
    cluster = next(one for one in open_clusters(action.id) if one.wanted.domain == BULK["domain"])

    assert [pair for pair in minutes_around(cluster, NOON) if pair[0]] == [(12, 12)]


def test_bars_are_stacked_and_the_highest_fits():
    first, second, marked, other = minute_bars([(1, 0), (10, 10), (5, 2)])

    assert (first.is_marked, second.is_marked) == (False, True)
    assert second.height == max(bar.height for bar in (first, second, marked, other)) < 57
    assert (marked.is_marked, other.is_marked) == (True, False)
    assert other.y + other.height == marked.y, "on top of it"


def test_from_right_to_left_the_first_minute_is_on_the_right():
    (bar,) = minute_bars([(1, 1)], is_right_to_left=True)

    assert bar.x + 9 == WIDTH


def test_without_signatures_there_are_no_bars():
    assert minute_bars([(0, 0)] * MINUTES_SHOWN) == []
