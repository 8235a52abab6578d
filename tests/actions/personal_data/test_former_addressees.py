"""Whose consent covers another addressee than a petition has now, as revisions say it."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from campaign_actions.actions.models import Action, ActionText
from campaign_actions.actions.personal_data.former_addressees import (
    find_former_signers,
    find_last_addressees,
    former_addressees,
)
from campaign_actions.core.db.session import db, read_snapshot
from campaign_actions.publishing.publish import unpublish
from tests.support.changes import publish_addressee
from tests.support.factories import LONG_AGO, NOON, make_action, make_confirmed

HOUR = timedelta(hours=1)
OFFICE, SERVICE = "Petition to the office", "Petition to the security service"


@pytest.fixture
def action(app):
    return make_action(locales=("en", "ru"))


def former(action) -> list[tuple[str, str, int]]:
    """Language, addressee, and how many signed for it."""
    with read_snapshot() as connection:
        found = find_former_signers(connection, db.session.get(Action, action.id))
    return [(one.addressee.locale, one.addressee.name, one.count) for one in found]


def test_people_who_signed_before_the_addressee_changed_signed_for_the_former_one(action):
    for hour in (-2, -1, 1):
        make_confirmed(action, now=NOON + hour * HOUR)

    publish_addressee(action, SERVICE, now=NOON)

    assert former(action) == [("en", OFFICE, 2)]


def test_each_language_has_its_own_addressee(action):
    make_confirmed(action, locale="ru", now=NOON - HOUR)
    make_confirmed(action, now=NOON - HOUR)

    publish_addressee(action, "Петиция в службу безопасности", locale="ru", now=NOON)

    assert former(action) == [("ru", OFFICE, 1)]


def test_people_of_a_language_that_is_gone_signed_for_what_the_others_said(action):
    make_confirmed(action, locale="ru", now=NOON - HOUR)
    publish_addressee(action, SERVICE, now=NOON)
    db.session.execute(update(ActionText).filter_by(locale="ru").values(locale="fr"))
    db.session.commit()

    assert former(action) == [("ru", OFFICE, 1)]


def test_an_addressee_that_is_back_is_the_one_that_people_signed_for(action):
    make_confirmed(action, now=NOON - HOUR)
    publish_addressee(action, SERVICE, now=NOON)
    make_confirmed(action, now=NOON + HOUR)

    publish_addressee(action, OFFICE, now=NOON + 2 * HOUR)

    assert former(action) == [("en", SERVICE, 1)]


def test_changes_of_other_texts_do_not_divide_an_addressee(action):
    for hour in range(3):
        publish_addressee(action, f"office {hour}", locale="ru", now=NOON + hour * HOUR)
    publish_addressee(action, SERVICE, now=NOON + 3 * HOUR)

    found = former_addressees(db.session.connection(), action.id)

    english = [(one.name, one.since, one.until) for one in found if one.locale == "en"]
    assert english == [(OFFICE, None, NOON + 3 * HOUR)]


def test_spaces_and_capital_letters_make_no_other_addressee(action):
    make_confirmed(action, now=NOON - HOUR)

    publish_addressee(action, "Petition to  the Office", now=NOON)

    assert former(action) == []


def test_the_line_above_a_pledge_is_no_addressee(app):
    pledge = make_action(kind="pledge")
    make_confirmed(pledge, answers={"promise": "I speak up."}, now=NOON - HOUR)

    publish_addressee(pledge, SERVICE, now=NOON)

    assert former(pledge) == []


def test_a_page_that_left_the_site_keeps_the_addressee_that_people_signed_for(action):
    make_confirmed(action, now=NOON - HOUR)
    unpublish(action.campaign_id, seen=LONG_AGO, actor="ada@example.org", now=NOON)

    db.session.execute(update(ActionText).filter_by(locale="en").values(addressee=SERVICE))
    db.session.commit()

    assert find_last_addressees(db.session.connection(), action.id)["en"] == OFFICE
    assert former(action) == [("en", OFFICE, 1)]
