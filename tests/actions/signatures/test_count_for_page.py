"""How many participants a page of the list says there are, and how many pages."""

from datetime import timedelta

import pytest

from campaign_actions.actions.counts.source_limit import OTHER_SOURCES
from campaign_actions.actions.counts.states.fold import fold_states
from campaign_actions.actions.models import StateSource
from campaign_actions.actions.signatures import search as searching
from campaign_actions.actions.signatures.filters.filter import MARKABLE, SignatureFilter
from campaign_actions.actions.signatures.filters.tallied import count_tallied
from campaign_actions.actions.signatures.search import count_for_page, search
from campaign_actions.actions.signatures.withdraw import erase
from campaign_actions.core.db.session import db
from tests.support.factories import NOON, make_action, make_confirmed, make_signature


@pytest.fixture(autouse=True)
def small_limits(monkeypatch):
    """As if there were very many signatures."""
    monkeypatch.setattr(searching, "PAGE_SIZE", 2)
    monkeypatch.setattr(searching, "MAX_COUNTED", 5)


def make_many(action, number=8, **details):
    for turn in range(number):
        make_signature(action, now=NOON + timedelta(seconds=turn), **details)
    fold_states(NOON)


def count(action, **wanted):
    its = SignatureFilter(**wanted)
    return count_for_page(action.id, its, search(action.id, its), is_first=True)


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"status": "pending"},
        {"status": MARKABLE},
        {"country": "KE"},
        {"language": "en"},
        {"source": "leaflet"},
        {"channel": "page"},
        {"status": "pending", "source": "leaflet"},
    ],
)
def test_more_than_can_be_counted_are_tallied(app, wanted):
    action = make_action()
    make_many(action, country_code="KE", source="leaflet")

    found = count(action, **wanted)

    assert (found.number, found.is_exact, found.pages) == (8, True, 4)


def test_those_without_a_value_are_tallied(app):
    action = make_action()
    make_many(action, source=None)

    assert count(action, without="source").number == 8


@pytest.mark.parametrize(
    "wanted", [{"country": "KE", "language": "en"}, {"domain": "example.org"}, {"name": "Ada"}]
)
def test_filters_that_no_tally_knows_are_counted_up_to_a_limit(app, wanted):
    action = make_action()
    make_many(action, country_code="KE")

    found = count(action, **wanted)

    assert (found.number, found.is_more, found.pages) == (5, True, 0)


def test_a_source_of_a_day_with_too_many_sources_is_not_tallied(app):
    action = make_action()
    make_many(action, source="leaflet")
    make_many(action, 1, source=OTHER_SOURCES)

    assert count_tallied(action.id, SignatureFilter(source="leaflet")) is None
    assert count_tallied(action.id, SignatureFilter(without="source")) == 0
    assert count_tallied(action.id, SignatureFilter()) == 9


def test_people_who_are_in_no_list_are_not_tallied(app):
    action = make_action()
    make_many(action)
    make_confirmed(action, email="gone@example.org")
    erase("gone@example.org", now=NOON)
    fold_states(NOON)

    assert count_tallied(action.id, SignatureFilter()) == 8


def test_few_are_counted_without_a_tally(app):
    action = make_action()
    for _turn in range(4):
        make_signature(action)

    assert db.session.query(StateSource).count() == 0, "not folded yet"
    assert (count(action).number, count(action).pages) == (4, 2)


def test_a_search_that_stops_says_how_many_there_are_but_not_on_how_many_pages(app, monkeypatch):
    monkeypatch.setattr(searching, "MAX_SCANNED", 3)
    action = make_action()
    make_many(action, 3, country_code="KE")
    make_many(action, 4, country_code="DE")

    found = count(action, country="KE")

    assert (found.number, found.is_exact, found.pages) == (3, True, 0)
