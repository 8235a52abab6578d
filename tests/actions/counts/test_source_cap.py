"""At most 100 sources an action and day have a line of their own, in whatever order they come."""

from collections import Counter
from datetime import timedelta
from itertools import count
from threading import Barrier, Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import IntegrityError

from campaign_actions.actions.counts import ledger, source_cap
from campaign_actions.actions.counts.ledger import fold
from campaign_actions.actions.models import ActionCount, LedgerEntry, Tally, TallySource
from campaign_actions.core.db.session import db, write_transaction
from tests.support.factories import NOON, make_action, make_campaign, make_confirmed

TODAY, YESTERDAY = NOON.date(), NOON.date() - timedelta(days=1)
serial = count(1)


def enter_all(action, entries) -> None:
    """Write (change, day, source) into the ledger, in this order."""
    shared = {"action_id": action.id, "country_code": "RU", "locale": "en", "forgotten": 0}
    rows = [
        {**shared, "change": change, "day": day, "source": source, "written_at": NOON}
        for change, day, source in entries
    ]
    with write_transaction() as connection:
        connection.execute(insert(LedgerEntry), rows)


def lines(action) -> dict[tuple, int]:
    """The tallies by day and source, without the lines that came to nothing."""
    of_action = select(Tally).filter_by(action_id=action.id)
    found = {(line.day, line.source): line.confirmed for line in db.session.scalars(of_action)}
    return {line: number for line, number in found.items() if number}


def own_sources(action) -> set[tuple]:
    of_action = select(TallySource).filter_by(action_id=action.id)
    return {(own.day, own.source) for own in db.session.scalars(of_action)}


def by_rule(action, entries) -> dict[tuple, int]:
    """What the tallies must be: each source in its line, the rest together."""
    own, sums = own_sources(action), Counter()
    for change, day, source in entries:
        kept = source if not source or (day, source) in own else "other"
        sums[day, kept or ""] += change
    return {line: number for line, number in sums.items() if number}


def counted(action) -> int:
    of_action = select(ActionCount.confirmed).filter_by(action_id=action.id)
    return db.session.scalars(of_action).one()


def test_a_hundred_sources_have_a_line_and_the_rest_is_other(app):
    action = make_action()
    entries = [(1, TODAY, f"source-{number:03}") for number in range(150)]
    enter_all(action, [*entries, (1, TODAY, None), (1, TODAY, "other")])

    fold()

    found = lines(action)
    assert len(own_sources(action)) == 100
    assert len(found) == 102
    assert (found[TODAY, "other"], found[TODAY, ""]) == (51, 1)
    assert sum(found.values()) == counted(action) == 152


def test_each_action_and_each_day_has_its_own_hundred(app):
    campaign = make_campaign()
    one, two = (make_action(campaign=campaign, slug=slug) for slug in ("one", "two"))
    for action, day in ((one, TODAY), (one, YESTERDAY), (two, TODAY)):
        enter_all(action, [(1, day, f"source-{number}") for number in range(101)])

    fold()

    assert Counter(day for day, _source in own_sources(one)) == {TODAY: 100, YESTERDAY: 100}
    assert len(own_sources(two)) == 100


def test_the_source_of_a_real_signature_is_kept(app):
    action = make_action()
    make_confirmed(action, source="leaflet")

    fold()

    assert own_sources(action) == {(TODAY, "leaflet")}


def test_the_database_has_no_room_for_the_101st(app):
    action = make_action()
    row = {"action_id": action.id, "day": TODAY, "source": "one too many"}

    with pytest.raises(IntegrityError):
        db.session.execute(insert(TallySource), row | {"number": 101})


def test_a_number_that_was_lost_is_given_again(app, monkeypatch):
    monkeypatch.setattr(source_cap, "MAX_SOURCES", 3)
    action = make_action()
    enter_all(action, [(1, TODAY, source) for source in "abc"])
    fold()
    db.session.execute(text("delete from tally_sources where source = 'b'"))
    db.session.commit()
    enter_all(action, [(1, TODAY, source) for source in "cde"])

    fold()

    assert own_sources(action) == {(TODAY, source) for source in "acd"}


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
def test_a_withdrawal_finds_the_line_of_its_confirmation_in_whatever_order_both_come(
    app, monkeypatch, data
):
    monkeypatch.setattr(source_cap, "MAX_SOURCES", 3)
    number = next(serial)
    action = make_action(campaign=make_campaign(slug=f"c-{number}"), slug=f"a-{number}")
    people = data.draw(signatures)
    came = [(1, day, source) for day, source, _withdrawn in people]
    went = [(-1, day, source) for day, source, is_withdrawn in people if is_withdrawn]
    entries = data.draw(st.permutations(came + went))
    cuts = data.draw(st.sets(st.integers(1, len(entries))))

    start = 0
    for end in sorted(cuts | {len(entries)}):
        enter_all(action, entries[start:end])
        fold()
        start = end

    left = Counter((day, source) for day, source, is_withdrawn in people if not is_withdrawn)
    assert lines(action) == by_rule(action, [(n, *line) for line, n in left.items()])
    assert all(number > 0 for number in lines(action).values())
    assert counted(action) == sum(left.values())
    assert max(Counter(day for day, _source in own_sources(action)).values(), default=0) <= 3


def test_eight_workers_at_once_keep_to_the_hundred_and_count_each_once(app, monkeypatch):
    monkeypatch.setattr(ledger, "MAX_BATCH", 25)  # so that there is something for each of them
    campaign = make_campaign()
    both = [make_action(campaign=campaign, slug=slug) for slug in ("one", "two")]
    came = [(1, TODAY, f"source-{number % 160}") for number in range(480)]
    went = [(-1, day, source) for _change, day, source in came[::3]]
    for action in both:
        enter_all(action, [*came, *went])
    together, folded, troubles = Barrier(8), [], []

    def work() -> None:
        with app.app_context():
            together.wait()
            try:
                folded.append(fold())
            except Exception as error:
                troubles.append(error)

    threads = [Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    fold()

    assert troubles == []
    assert db.session.scalars(select(func.count()).select_from(LedgerEntry)).one() == 0
    for action in both:
        assert len(own_sources(action)) == 100
        assert lines(action) == by_rule(action, [*came, *went])
        assert counted(action) == sum(lines(action).values()) == 320
