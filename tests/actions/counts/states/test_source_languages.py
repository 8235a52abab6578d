"""Tallies by source and language: whatever changes, they equal a recount, and pages read them."""

from datetime import timedelta

import flask_migrate
import pytest
from sqlalchemy import select, update

from campaign_actions.actions.counts.ledger import fold
from campaign_actions.actions.counts.states.fold import fold_states
from campaign_actions.actions.counts.states.recount import recount_states
from campaign_actions.actions.counts.states.source_languages import (
    read_by_action_in_language,
    read_by_source_and_language,
    read_sources_in_language,
)
from campaign_actions.actions.models import Action, StateSourceLanguage
from campaign_actions.actions.signatures.confirm import confirm
from campaign_actions.actions.signatures.filters.filter import SignatureFilter
from campaign_actions.actions.signatures.filters.tallied import count_tallied
from campaign_actions.actions.signatures.retention import erase_closed
from campaign_actions.actions.signatures.withdraw import erase, withdraw
from campaign_actions.campaigns.models import Campaign
from campaign_actions.commands.signatures import tallies
from campaign_actions.core.db.alembic import init_migrate
from campaign_actions.core.db.session import db
from tests.support.factories import NOON, ended, make_action, make_confirmed, make_signature
from tests.support.statements import recorded

DAY = timedelta(days=1)
STATES = ("pending", "confirmed", "withdrawn", "invalid", "kept")


def all_tallied():
    """By source and language, the states that are not zero."""
    db.session.rollback()
    found = {}
    for row in db.session.scalars(select(StateSourceLanguage)):
        states = {state: n for state in STATES if (n := getattr(row, state))}
        if states:
            found[row.source, row.locale] = states
    return found


def make_some(action, now=NOON):
    make_confirmed(action, source="leaflet", locale="ru", now=now)
    make_confirmed(action, source="leaflet", locale="ru", now=now + DAY)
    make_confirmed(action, source="leaflet", locale="en", now=now)
    make_signature(action, source="leaflet", locale="en", now=now)
    make_confirmed(action, locale="ru", now=now)


def test_all_days_of_a_source_and_a_language_are_one_row(app):
    make_some(make_action(locales=("en", "ru")))
    fold_states(NOON)

    assert all_tallied() == {
        ("leaflet", "ru"): {"confirmed": 2},
        ("leaflet", "en"): {"confirmed": 1, "pending": 1},
        ("", "ru"): {"confirmed": 1},
    }
    assert recount_states(NOON) == []


def test_confirming_withdrawing_and_erasing_move_people_between_states(app):
    action = make_action()
    first = make_signature(action, source="leaflet")
    withdraw(make_confirmed(action, source="leaflet"), now=NOON)
    make_confirmed(action, source="leaflet", email="ada@example.org")
    fold_states(NOON)
    confirm(first, now=NOON)
    erase("ada@example.org", now=NOON)
    before = recount_states(NOON)
    fold_states(NOON)

    assert all_tallied() == {("leaflet", "en"): {"confirmed": 1, "withdrawn": 1}}
    assert before == recount_states(NOON) == []


def test_a_source_beyond_the_cap_of_its_day_is_another_and_by_name_on_other_days(app):
    action = make_action()
    for number in range(101):
        make_signature(action, source=f"s{number:03}")
    make_confirmed(action, source="s100", now=NOON + DAY)
    fold_states(NOON)

    found = all_tallied()

    assert found["other", "en"] == {"pending": 1}
    assert found["s100", "en"] == {"confirmed": 1}
    assert recount_states(NOON) == []


def erase_on_schedule():
    db.session.execute(update(Action).values(ended(NOON + DAY)))
    db.session.commit()
    erase_closed(NOON + timedelta(days=400), keep_months=12)


def test_people_erased_on_schedule_stay_in_their_language(app):
    make_confirmed(make_action(), source="leaflet")
    fold_states(NOON)
    erase_on_schedule()
    before = recount_states(NOON)
    fold_states(NOON)

    assert all_tallied() == {("leaflet", "en"): {"confirmed": 1, "kept": 1}}
    assert before == recount_states(NOON) == []


def test_a_wrong_tally_is_found(app):
    make_confirmed(make_action(), source="leaflet")
    fold_states(NOON)
    db.session.execute(update(StateSourceLanguage).values(confirmed=3))
    db.session.commit()

    (found,) = recount_states(NOON)

    assert (found.part, found.day, found.value) == ("source and language", None, "leaflet, en")
    assert found.signatures == "pending 0, confirmed 1, withdrawn 0, invalid 0"
    assert found.tallied == "pending 0, confirmed 3, withdrawn 0, invalid 0"


def test_the_command_names_the_source_and_the_language_of_a_wrong_tally(app):
    make_confirmed(make_action(), source="leaflet")
    fold()
    fold_states(NOON)
    db.session.execute(update(StateSourceLanguage).values(confirmed=3))
    db.session.commit()

    result = app.test_cli_runner().invoke(tallies, ["check"])

    place = "racism/hate-crimes (source and language leaflet, en)"
    assert result.output.splitlines()[0] == (
        f"{place}: signatures pending 0, confirmed 1, withdrawn 0, invalid 0;"
        " tally pending 0, confirmed 3, withdrawn 0, invalid 0."
    )


def migrate_again():
    db.session.remove()
    flask_migrate.downgrade(init_migrate(), revision="0022")
    flask_migrate.upgrade(init_migrate())


def test_the_migration_tallies_the_signatures_that_are_there(app):
    action = make_action(locales=("en", "ru"))
    make_some(action)
    for number in range(101):
        make_signature(action, source=f"s{number:03}", now=NOON - DAY)
    fold_states(NOON)
    expected = all_tallied()

    migrate_again()

    assert all_tallied() == expected
    assert recount_states(NOON) == []


def test_changes_that_are_not_folded_when_it_is_migrated_are_not_counted_twice(app):
    action = make_action(locales=("en", "ru"))
    first = make_signature(action, source="leaflet", locale="ru")
    make_confirmed(action, source="poster", email="ada@example.org")
    fold_states(NOON)
    confirm(first, now=NOON)
    erase("ada@example.org", now=NOON)
    make_confirmed(action, source="radio")
    before = all_tallied()

    migrate_again()
    after, mismatches = all_tallied(), recount_states(NOON)
    fold_states(NOON)

    assert after == before
    assert all_tallied() == {
        ("leaflet", "ru"): {"confirmed": 1},
        ("radio", "en"): {"confirmed": 1},
    }
    assert mismatches == recount_states(NOON) == []


@pytest.mark.parametrize("is_folded", [True, False])
def test_of_people_erased_on_schedule_the_migration_knows_those_who_are_in_the_ledger(
    app, is_folded
):
    make_confirmed(make_action(), source="leaflet")
    fold_states(NOON)
    erase_on_schedule()
    if is_folded:
        fold_states(NOON)

    migrate_again()
    before = recount_states(NOON)
    fold_states(NOON)

    one = {("leaflet", "en"): {"confirmed": 1, "kept": 1}}
    assert all_tallied() == ({} if is_folded else one)
    assert before == recount_states(NOON) == []


def test_figures_are_of_the_language_and_those_of_former_sources_are_added(app):
    action = make_action(locales=("en", "ru"))
    make_some(action)
    make_confirmed(action, source="flyer", locale="ru")
    fold_states(NOON)
    former = {"flyer": "leaflet"}

    in_russian = read_sources_in_language(action.id, "ru", ["leaflet", "poster"], former=former)
    every = read_by_source_and_language([action.id], former=former)

    assert {source: states.confirmed for source, states in in_russian.items()} == {"leaflet": 3}
    assert every == {("leaflet", "ru"): 3, ("leaflet", "en"): 1, ("", "ru"): 1}


def test_the_rate_of_a_language_is_of_its_own_confirmed_and_pending(app):
    action = make_action(locales=("en", "ru"))
    make_some(action)
    fold_states(NOON)

    rates = [
        read_sources_in_language(action.id, tag, ["leaflet"])["leaflet"].rate
        for tag in ("en", "ru")
    ]

    assert rates == [50, 100]


def test_figures_of_several_actions_are_read_by_action(app):
    one = make_action(locales=("en", "ru"))
    other = make_action(
        slug="speak-up", campaign=db.session.get(Campaign, one.campaign_id), locales=("en", "ru")
    )
    make_some(one)
    make_confirmed(other, source="flyer", locale="ru")
    fold_states(NOON)

    found = read_by_action_in_language([one.id, other.id], "leaflet flyer", "ru")

    assert {action: states.confirmed for action, states in found.items()} == {
        one.id: 2,
        other.id: 1,
    }


def test_a_list_of_a_source_and_a_language_is_counted_from_the_tally(app):
    action = make_action(locales=("en", "ru"))
    make_some(action)
    make_confirmed(action, source="flyer", locale="ru")
    fold_states(NOON)
    wanted = SignatureFilter(source="leaflet flyer", language="ru", status="confirmed")

    with recorded() as statements:
        counted = count_tallied(action.id, wanted)

    assert counted == 3
    assert not [one for one in statements if "signatures" in one]
