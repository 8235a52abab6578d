"""At most 100 sources for each action and day are tallied by name, in whatever order they come."""

from collections import Counter
from datetime import timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import IntegrityError

from campaign_actions.actions.counts import ledger, source_limit
from campaign_actions.actions.counts.ledger import fold
from campaign_actions.actions.models import ActionCount, LedgerEntry, Tally, TallySource
from campaign_actions.core.db.session import db, write_transaction
from tests.support.concurrency import run_concurrently
from tests.support.factories import NOON, make_action, make_campaign, make_confirmed

TODAY, YESTERDAY = NOON.date(), NOON.date() - timedelta(days=1)
serial = count(1)


def add_entries(action, entries) -> None:
    """Add entries (change, day, source) to the ledger, in this order."""
    shared = {"action_id": action.id, "country_code": "RU", "locale": "en", "forgotten": 0}
    rows = [
        {**shared, "change": change, "day": day, "source": source, "written_at": NOON}
        for change, day, source in entries
    ]
    with write_transaction() as connection:
        connection.execute(insert(LedgerEntry), rows)


def tallies_of(action) -> dict[tuple, int]:
    """The tallies by day and source, without zeros."""
    of_action = select(Tally).filter_by(action_id=action.id)
    found = {(line.day, line.source): line.confirmed for line in db.session.scalars(of_action)}
    return {line: number for line, number in found.items() if number}


def admitted_sources(action) -> set[tuple]:
    of_action = select(TallySource).filter_by(action_id=action.id)
    return {(own.day, own.source) for own in db.session.scalars(of_action)}


def expected_tallies(action, entries) -> dict[tuple, int]:
    """The expected tallies: admitted sources by name, the rest as other."""
    own, sums = admitted_sources(action), Counter()
    for change, day, source in entries:
        kept = source if not source or (day, source) in own else "other"
        sums[day, kept or ""] += change
    return {line: number for line, number in sums.items() if number}


def folded_count(action) -> int:
    of_action = select(ActionCount.confirmed).filter_by(action_id=action.id)
    return db.session.scalars(of_action).one()


def test_a_hundred_sources_are_tallied_by_name_and_the_rest_as_other(app):
    action = make_action()
    entries = [(1, TODAY, f"source-{number:03}") for number in range(150)]
    add_entries(action, [*entries, (1, TODAY, None), (1, TODAY, "other")])

    fold()

    found = tallies_of(action)
    assert len(admitted_sources(action)) == 100
    assert len(found) == 102
    assert (found[TODAY, "other"], found[TODAY, ""]) == (51, 1)
    assert sum(found.values()) == folded_count(action) == 152


def test_the_cap_applies_to_each_action_and_day(app):
    campaign = make_campaign()
    one, two = (make_action(campaign=campaign, slug=slug) for slug in ("one", "two"))
    for action, day in ((one, TODAY), (one, YESTERDAY), (two, TODAY)):
        add_entries(action, [(1, day, f"source-{number}") for number in range(101)])

    fold()

    assert Counter(day for day, _source in admitted_sources(one)) == {TODAY: 100, YESTERDAY: 100}
    assert len(admitted_sources(two)) == 100


def test_the_source_of_a_signature_is_tallied(app):
    action = make_action()
    make_confirmed(action, source="leaflet")

    fold()

    assert admitted_sources(action) == {(TODAY, "leaflet")}


def test_the_database_rejects_a_source_number_above_the_cap(app):
    action = make_action()
    row = {"action_id": action.id, "day": TODAY, "source": "one too many"}

    with pytest.raises(IntegrityError):
        db.session.execute(insert(TallySource), row | {"number": 101})


def test_a_free_number_is_reused(app, monkeypatch):
    monkeypatch.setattr(source_limit, "MAX_SOURCES", 3)
    action = make_action()
    add_entries(action, [(1, TODAY, source) for source in "abc"])
    fold()
    db.session.execute(text("delete from tally_sources where source = 'b'"))
    db.session.commit()
    add_entries(action, [(1, TODAY, source) for source in "cde"])

    fold()

    assert admitted_sources(action) == {(TODAY, source) for source in "acd"}


signatures = st.lists(
    st.tuples(
        st.sampled_from([TODAY, YESTERDAY]),
        st.sampled_from([None, "other", *"abcdef"]),
        st.booleans(),  # was withdrawn
    ),
    min_size=1,
    max_size=25,
)


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_a_withdrawal_finds_the_tally_of_its_confirmation_in_any_order(app, monkeypatch, data):
    monkeypatch.setattr(source_limit, "MAX_SOURCES", 3)
    number = next(serial)
    action = make_action(campaign=make_campaign(slug=f"c-{number}"), slug=f"a-{number}")
    people = data.draw(signatures)
    added = [(1, day, source) for day, source, _withdrawn in people]
    removed = [(-1, day, source) for day, source, is_withdrawn in people if is_withdrawn]
    entries = data.draw(st.permutations(added + removed))
    cuts = data.draw(st.sets(st.integers(1, len(entries))))

    start = 0
    for end in sorted(cuts | {len(entries)}):
        add_entries(action, entries[start:end])
        fold()
        start = end

    left = Counter((day, source) for day, source, is_withdrawn in people if not is_withdrawn)
    assert tallies_of(action) == expected_tallies(action, [(n, *line) for line, n in left.items()])
    assert all(number > 0 for number in tallies_of(action).values())
    assert folded_count(action) == sum(left.values())
    assert max(Counter(day for day, _source in admitted_sources(action)).values(), default=0) <= 3


def test_eight_workers_keep_to_the_cap_and_count_each_entry_once(app, monkeypatch):
    monkeypatch.setattr(ledger, "MAX_BATCH", 25)  # so that there is something for each of them
    campaign = make_campaign()
    both = [make_action(campaign=campaign, slug=slug) for slug in ("one", "two")]
    added = [(1, TODAY, f"source-{number % 160}") for number in range(480)]
    removed = [(-1, day, source) for _change, day, source in added[::3]]
    for action in both:
        add_entries(action, [*added, *removed])

    run_concurrently(app, *[fold] * 8)
    fold()

    assert db.session.scalars(select(func.count()).select_from(LedgerEntry)).one() == 0
    for action in both:
        assert len(admitted_sources(action)) == 100
        assert tallies_of(action) == expected_tallies(action, [*added, *removed])
        assert folded_count(action) == sum(tallies_of(action).values()) == 320
