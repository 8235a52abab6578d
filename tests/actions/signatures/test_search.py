"""The list of signatures: pages in both directions, and filters."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import insert, update

from campaign_actions.actions.models import Signature, StateSource
from campaign_actions.actions.signatures import search as searching
from campaign_actions.actions.signatures.filters.filter import SignatureFilter
from campaign_actions.actions.signatures.search import PAGE_SIZE, mask_email, search
from campaign_actions.actions.signatures.withdraw import erase
from campaign_actions.core.db.session import db
from tests.support.factories import NOON, make_action, make_campaign, make_confirmed, make_signature

ALL = SignatureFilter()


def make_some(action, count, *, at=NOON):
    """Two have the same time, so that a time alone does not identify a position."""
    return [
        make_signature(action, now=at + timedelta(seconds=number // 2)) for number in range(count)
    ]


def ids(found):
    return [row.id for row in found.rows]


def test_pages_lead_through_all_signatures_and_back(app):
    action = make_action()
    expected = [signature.id for signature in make_some(action, 2 * PAGE_SIZE + 7)][::-1]

    first = search(action.id, ALL)
    second = search(action.id, ALL, before=first.older)
    third = search(action.id, ALL, before=second.older)
    back = search(action.id, ALL, after=third.newer)
    top = search(action.id, ALL, after=back.newer)

    assert ids(first) + ids(second) + ids(third) == expected
    assert (first.newer, third.older) == (None, None)
    assert ids(back) == ids(second)
    assert ids(top) == ids(first)


def test_an_incomplete_page_of_newer_signatures_is_filled_up(app):
    action = make_action()
    make_some(action, PAGE_SIZE + 3)
    second = search(action.id, ALL, before=search(action.id, ALL).older)
    make_some(action, 2, at=NOON + timedelta(hours=1))

    newest = search(action.id, ALL, after=second.newer)

    assert len(newest.rows) == PAGE_SIZE
    assert newest.newer


def test_only_signatures_of_the_action_that_are_not_erased_are_found(app):
    action = make_action(slug="one")
    make_signature(action, email="gone@example.org")
    kept = make_signature(action)
    erase("gone@example.org", now=NOON)

    assert ids(search(action.id, ALL)) == [kept.id]
    assert ids(search(action.id + 1, ALL)) == []


@pytest.mark.parametrize("spelling", ["Ada.Lovelace@gmail.com", "adalovelace+x@googlemail.com"])
def test_a_person_is_found_by_any_spelling_of_the_address(app, spelling):
    action = make_action()
    make_signature(action)
    ada = make_signature(action, email="ada.lovelace@gmail.com")

    assert ids(search(action.id, SignatureFilter(email=spelling))) == [ada.id]
    assert ids(search(action.id, SignatureFilter(email=spelling, status="confirmed"))) == []


@pytest.mark.parametrize(
    ("given", "family", "words"),
    [
        ("Мария", "Иванова", "мари"),
        ("Мария", "Иванова", "ИВАНОВА мария"),
        ("Фёдор", "Щукин", "федор"),
        ("Ángela", "Núñez", "ÁNGELA nÚÑ"),
        ("Σωκράτης", "Παπάς", "ΣΩΚΡΆΤΗΣ"),
        ("Ὀδυσσεύς", None, "ὈΔΥΣΣΕΎΣ"),
        ("İbrahim", "Işık", "ibrahim ışik"),
        ("مريم", "الخطيب", "خطيب"),
        ("حسن", "كريم", "Hasan Карим"),
        ("Omar", "Klein", "عمر"),
        ("משה", "לוי", "Moshe"),
        ("李", "小龙", "小龙"),
        ("O’Brien", None, "o'brien"),
        ("100% [sure]*?", None, "% [SURE]*?"),
        ("a_b\\c", None, "A_B\\c"),
        ("x^y-z]", None, "^Y-Z]"),
        ("***:a", None, "***:A"),
    ],
)
def test_a_name_is_found_in_any_script_and_case(app, given, family, words):
    action = make_action()
    make_signature(action, given_name="Other", family_name="Person")
    wanted = make_signature(action, given_name=given, family_name=family)

    assert ids(search(action.id, SignatureFilter(name=words))) == [wanted.id]


@pytest.mark.parametrize(
    "words", ["%", "_", "*", "?", ".", "[a-z]", "^", "'", '"', "--", "\\", "a.a"]
)
def test_wildcards_of_the_database_have_no_special_meaning(app, words):
    action = make_action()
    make_signature(action, given_name="Ada", family_name="Lovelace")

    assert ids(search(action.id, SignatureFilter(name=words))) == []


def test_all_filters_must_match(app):
    action = make_action()
    later = NOON + timedelta(hours=1)
    wanted = make_confirmed(action, country_code="DE", source="leaflet", now=later)
    make_confirmed(action, country_code="DE", source="leaflet", now=NOON)
    make_confirmed(action, country_code="FR", source="leaflet", now=later)
    make_confirmed(action, country_code="DE", source="radio", now=later)
    make_signature(action, country_code="DE", source="leaflet", now=later)

    found = search(
        action.id,
        SignatureFilter(
            status="confirmed",
            country="DE",
            source="leaflet",
            since=later.isoformat(),
            until=(later + timedelta(seconds=1)).isoformat(),
        ),
    )

    assert ids(found) == [wanted.id]


@pytest.mark.parametrize("without", ["country", "language", "source"])
def test_those_without_a_value_are_found(app, without):
    action = make_action()
    column = {"country": "country_code", "language": "locale", "source": "source"}[without]
    rows = [make_signature(action, source="leaflet") for _number in range(2)]
    one = update(Signature).where(Signature.id == rows[0].id)
    db.session.execute(one.values({column: None}))
    db.session.commit()

    assert ids(search(action.id, SignatureFilter(without=without))) == [rows[0].id]


def test_a_source_without_a_count_of_its_own_is_found_in_its_action_only(app):
    action = make_action()
    other = make_action(campaign=make_campaign(slug="other"), slug="other")
    counted, uncounted, elsewhere = (
        make_signature(of, source=source)
        for of, source in ((action, "leaflet"), (action, "radio"), (other, "leaflet"))
    )
    make_signature(action)
    named = {"action_id": action.id, "day": NOON.date(), "number": 1, "source": "leaflet"}
    db.session.execute(insert(StateSource).values(named))
    db.session.commit()
    wanted = SignatureFilter(without="named-source")

    assert ids(search(action.id, wanted)) == [uncounted.id]
    assert ids(search(other.id, wanted)) == [elsewhere.id]
    assert ids(search(action.id, replace(wanted, ids=(counted.public_id,)))) == []


def test_those_who_came_through_one_channel_are_found(app):
    action = make_action()
    wanted = make_signature(action, channel="api")
    make_signature(action)

    assert ids(search(action.id, SignatureFilter(channel="api"))) == [wanted.id]


def test_a_search_stops_at_its_limit_and_says_so(app, monkeypatch):
    monkeypatch.setattr(searching, "MAX_SCANNED", 10)
    action = make_action()
    rare = make_signature(action, given_name="Zoë", now=NOON - timedelta(days=1))
    make_some(action, 24)
    wanted = SignatureFilter(name="zoë")

    first = search(action.id, wanted)
    second = search(action.id, wanted, before=first.older)
    third = search(action.id, wanted, before=second.older)

    assert (ids(first), first.searched) == ([], 10)
    assert (ids(second), second.searched) == ([], 10)
    assert (ids(third), third.searched, third.older) == ([rare.id], 0, None)


@pytest.mark.parametrize(
    ("email", "masked"),
    [
        ("ada.lovelace@example.org", "ad…@example.org"),
        ("ada@example.org", "a…@example.org"),
        (None, ""),
    ],
)
def test_an_address_in_the_list_is_masked(email, masked):
    assert mask_email(email) == masked
