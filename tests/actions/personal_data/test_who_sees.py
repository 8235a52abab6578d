"""The three lines above the button promise what exports, comments and the privacy page keep."""

from dataclasses import replace
from itertools import product

import pytest

from campaign_actions.actions.kinds import KINDS
from campaign_actions.actions.personal_data import who_sees
from campaign_actions.actions.personal_data.later_uses import set_covered
from campaign_actions.actions.personal_data.purposes import HANDOVER
from campaign_actions.actions.personal_data.who_sees import who_sees_what
from tests.support.factories import NOON, make_action

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)

PAGE = "/en/campaigns/racism/hate-crimes/"
ASKS = [
    {"family_name": family, "comment": comment, "show_comment": comment and shown}
    for family, comment, shown in product([False, True], repeat=3)
]


@pytest.fixture
def english(app):
    with app.test_request_context("/en/"):
        yield


def lines(kind: str, asks: dict[str, bool]) -> dict[str, str]:
    return dict(who_sees_what(KINDS[kind], asks))


def test_a_petition_says_what_addressee_everyone_and_only_we_see(english):
    assert lines("petition", {"family_name": True, "comment": True, "show_comment": True}) == {
        "The addressee": "your name, your country, your comment and the date",
        "Everyone": "nothing unless you allow it",
        "Only us": "your email address",
    }


def test_the_addressee_gets_the_code_if_the_consent_text_says_so(english):
    asks = {"family_name": True, "comment": False, "show_comment": False}

    said = dict(who_sees_what(KINDS["petition"], asks, {"code"}))

    assert said["The addressee"] == "your name, your country, the date and a random code"


def test_a_page_names_the_code_once_the_newest_text_covers_it(client):
    make_action()

    before = client.get(PAGE).text
    set_covered("petition", "en", {"code": 1}, now=NOON)
    after = client.get(PAGE).text

    assert "a random code" not in before
    assert "your name, your country and the date" in before
    assert "your name, your country, the date and a random code" in after


@pytest.mark.parametrize(
    ("purposes", "theirs", "ours"),
    [
        (
            ["team", "crm"],
            "your name, your country and the date",
            "your email address and your answers",
        ),
        (["handover"], "your name, your country, the date and your answers", "your email address"),
        (
            ["handover", "team"],
            "your name, your country, the date and some of your answers",
            "your email address and your other answers",
        ),
    ],
)
def test_answers_are_mentioned_with_those_who_get_them(english, purposes, theirs, ours):
    asks = {"family_name": False, "comment": False, "show_comment": False}

    found = dict(who_sees_what(KINDS["petition"], asks, questions=purposes))

    assert (found["The addressee"], found["Only us"]) == (theirs, ours)


@pytest.mark.parametrize("kind", KINDS)
def test_we_are_not_said_to_be_the_only_ones_if_a_program_for_updates_may_get_the_data(
    english, kind
):
    asks = {"family_name": True, "comment": False, "show_comment": False, "wants_updates": True}

    readers = {
        (is_covered, wants): [
            reader
            for reader, _data in who_sees_what(
                KINDS[kind], asks | {"wants_updates": wants}, {"crm"} if is_covered else ()
            )
        ][-1]
        for is_covered, wants in product([True, False], repeat=2)
    }

    assert readers.pop((True, True)) == "Our team"
    assert set(readers.values()) == {"Only us"}


def test_a_page_says_our_team_once_the_newest_text_mentions_the_program_for_updates(client):
    make_action()

    before = client.get(PAGE).text
    set_covered("petition", "en", {"crm": 1}, now=NOON)
    after = client.get(PAGE).text

    assert ["<dt>Only us</dt>" in page for page in (before, after)] == [True, False]
    assert "<dt>Our team</dt>" in after
    learns = "The program that sends them then learns in which action, when and how you took part."
    assert [learns in page for page in (before, after)] == [False, True]


def test_a_pledge_goes_to_nobody_else(english):
    assert lines("pledge", {"family_name": True, "comment": True, "show_comment": False}) == {
        "Everyone": "nothing",
        "Only us": "your email address, your name, your country, your comment and what you pledge to do",
    }


@pytest.mark.parametrize("asks", ASKS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_comment_is_mentioned_only_where_the_form_asks_for_one(english, kind, asks):
    said = " ".join(lines(kind, asks).values())

    assert ("your comment" in said) == asks["comment"]
    assert ("unless you allow it" in said) == asks["show_comment"]


@pytest.mark.parametrize("asks", ASKS)
def test_nothing_that_is_handed_over_is_said_to_be_for_us_only(english, asks):
    said = lines("petition", asks)

    assert set(said["The addressee"].split(", ")) & set(said["Only us"].split(", ")) == set()


def test_a_wider_handover_is_said_at_once(english, monkeypatch):
    wider = replace(HANDOVER, columns=(*HANDOVER.columns, "email"))
    monkeypatch.setattr(who_sees, "HANDOVER", wider)

    said = lines("petition", {"family_name": True, "comment": False, "show_comment": False})

    assert "your email address" in said["The addressee"]
    assert "email" not in said["Only us"]


def test_the_lines_are_directly_above_the_button(client):
    make_action()

    page = client.get(PAGE).text

    _before, _lines, after = page.partition('<dl class="sees">')
    between = after.partition("</dl>")[2].partition("<button")[0]
    assert _lines
    assert between.strip() == ""
