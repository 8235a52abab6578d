"""Counts are exact after folding: each entry is folded once, by any number of workers."""

from datetime import timedelta

from sqlalchemy import func, select

from campaign_actions.actions.counts import ledger
from campaign_actions.actions.counts.ledger import fold
from campaign_actions.actions.counts.queries import count_confirmed_rows
from campaign_actions.actions.models import LedgerEntry, Tally
from campaign_actions.actions.queries import find_action
from campaign_actions.actions.signatures.withdraw import erase, withdraw
from campaign_actions.core.db.session import db
from tests.support.concurrency import run_concurrently
from tests.support.factories import NOON, make_action, make_confirmed, make_signature

TOMORROW = NOON + timedelta(days=1)


def shown_count(action) -> int:
    found = find_action(action.campaign_slug, action.slug, locale="en", now=TOMORROW)
    assert found
    return found.count


def test_only_confirmed_signatures_count(app):
    action = make_action()
    make_confirmed(action)
    make_signature(action)
    withdraw(make_confirmed(action), now=TOMORROW)
    make_confirmed(action, email="ada@example.org")
    erase("ada@example.org", now=TOMORROW)

    fold()

    assert shown_count(action) == count_confirmed_rows(action.id) == 1
    assert db.session.scalars(select(func.count()).select_from(LedgerEntry)).one() == 0


def test_a_count_has_the_time_of_the_oldest_unfolded_entry(app):
    action = make_action()
    make_confirmed(action)

    before = find_action(action.campaign_slug, action.slug, locale="en", now=TOMORROW)
    fold()
    after = find_action(action.campaign_slug, action.slug, locale="en", now=TOMORROW)

    assert (before.count, before.as_of) == (0, NOON)
    assert (after.count, after.as_of) == (1, TOMORROW)


def test_a_count_has_the_time_of_the_oldest_entry_in_any_order_of_writing(app):
    action = make_action()
    make_confirmed(action)
    fold()
    make_confirmed(action, now=NOON + timedelta(minutes=3))
    make_confirmed(action, now=NOON + timedelta(minutes=2))

    found = find_action(action.campaign_slug, action.slug, locale="en", now=TOMORROW)

    assert (found.count, found.as_of) == (1, NOON + timedelta(minutes=2))


def test_a_clock_set_back_by_a_day_falsifies_the_time_of_a_count_for_one_fold_only(app):
    action = make_action()
    make_confirmed(action, now=TOMORROW)
    fold()
    make_confirmed(action, now=NOON)
    fold()
    make_confirmed(action, now=NOON + timedelta(minutes=1))

    found = find_action(action.campaign_slug, action.slug, locale="en", now=TOMORROW)

    assert (found.count, found.as_of) == (2, NOON + timedelta(minutes=1))


def test_tallies_are_by_day_country_language_and_source(app):
    action = make_action(locales=("en", "ru"))
    make_confirmed(action, country_code="RU", locale="ru", source="leaflet")
    make_confirmed(action, country_code="RU", locale="ru", source="leaflet")
    make_confirmed(action, country_code="DE", now=TOMORROW)

    fold()

    rows = db.session.execute(
        select(Tally.day, Tally.country_code, Tally.locale, Tally.source, Tally.confirmed).order_by(
            Tally.day
        )
    ).all()
    assert rows == [
        (NOON.date(), "RU", "ru", "leaflet", 2),
        (TOMORROW.date(), "DE", "en", "", 1),
    ]


def test_a_withdrawal_is_subtracted_from_the_tally_of_its_confirmation(app):
    action = make_action()
    signature = make_confirmed(action)
    fold()

    withdraw(signature, now=TOMORROW)
    fold()

    rows = db.session.execute(select(Tally.day, Tally.confirmed)).all()
    assert rows == [(NOON.date(), 0)]


def test_four_workers_fold_each_entry_once(app, monkeypatch):
    monkeypatch.setattr(ledger, "MAX_BATCH", 5)  # so that there is something for each of them
    action = make_action()
    for number in range(40):
        signature = make_confirmed(action, country_code="RU" if number % 2 else "DE")
        if number % 4 == 0:
            withdraw(signature, now=TOMORROW)

    folded = run_concurrently(app, *[fold] * 4)

    assert sum(folded) == 50
    assert shown_count(action) == count_confirmed_rows(action.id) == 30
    by_country = select(Tally.country_code, Tally.confirmed).order_by(Tally.country_code)
    assert db.session.execute(by_country).all() == [("DE", 10), ("RU", 20)]
