"""The form of an action with questions of its own, its confirm page and the one press."""

import pytest
from sqlalchemy import select

from campaign_actions.actions.models import Signature
from campaign_actions.actions.questions.answered import answered_questions
from campaign_actions.core.content.html_document import parse_document
from campaign_actions.core.db.session import db
from tests.support.changes import publish_all
from tests.support.factories import link_to, make_action, make_signature
from tests.support.page_text import visible_text
from tests.support.questions import (
    BORN,
    GROUP,
    INVOLVED,
    PHONE,
    PLACE,
    POSTCODE,
    WHY,
    ask,
    fields,
    remove,
    save,
)
from tests.support.sign_form import PAGE, hidden_inputs, post


@pytest.fixture
def action(app):
    return make_action(locales=("en", "ru"))


def stored() -> dict[str, object]:
    db.session.rollback()
    return db.session.scalars(select(Signature.answers)).one()


def nothing_is_stored() -> bool:
    db.session.rollback()
    return db.session.scalars(select(Signature)).first() is None


def test_the_form_asks_in_order_with_native_fields_and_says_who_gets_the_answer(client, action):
    ask(action, PHONE, type="phone", position=3, keep_days=90, en__label="Your number")
    ask(action, POSTCODE, type="postcode", position=1, purpose="handover", en__label="Postcode")
    ask(action, BORN, type="birth_year", position=2, is_required=True, en__label="Born in")
    ask(action, GROUP, type="organisation", position=4, en__label="Your group")
    ask(action, PLACE, INVOLVED, position=5)

    form = parse_document(client.get(PAGE).text).xpath("//form[@method='post']")[0]
    named = [each for each in form.xpath(".//input|.//select") if each.get("name", "")[:1] == "q"]

    assert [each.get("name") for each in named] == [POSTCODE, BORN, PHONE, GROUP, PLACE]
    assert [each.get("autocomplete") for each in named] == [
        *("postal-code", "bday-year", "tel", "organization"),
        None,
    ]
    assert (named[2].get("type"), named[1].get("inputmode")) == ("tel", "numeric")
    assert [each.get("required") is not None for each in named[:2]] == [False, True]
    words = " ".join(form.text_content().split())
    assert "Only our team sees your answer. We delete it 90 days after you take part." in words
    assert "We pass your answer on to the addressee with your name." in words
    assert "We count how many people saw it." in words


def test_who_gets_an_answer_is_a_line_of_its_own_below_the_help(client, action):
    ask(action, WHY, en__label="Why?", en__help="A word or two")

    form = parse_document(client.get(PAGE).text).xpath("//form[@method='post']")[0]

    hints = [hint.text_content() for hint in form.find_class("hint")]
    assert "A word or two\nOnly our team sees your answer." in hints


def test_a_page_without_questions_is_the_same_as_before(client, action):
    before = client.get(PAGE).text

    ask(action, WHY, ru__label="Почему?")

    assert before.count("<input") == client.get(PAGE).text.count("<input")
    assert "Почему?" in client.get(PAGE.replace("/en/", "/ru/")).text


def test_answers_are_stored_with_the_signature(client, action):
    ask(action, PLACE, INVOLVED)
    ask(action, PHONE, type="phone", en__label="Your number")

    answer = post(client, **{PLACE: "choice_2", PHONE: ""})

    assert answer.status_code == 303
    assert stored() == {PLACE: "choice_2"}


@pytest.mark.parametrize(
    ("kind", "wrong", "right", "message"),
    [
        ("postcode", "123", "04109", "Enter a postcode in the correct format, like 26133."),
        ("phone", "call me", "+49 (0)341 123-45", "Enter a telephone number"),
        ("birth_year", "85", "1985", "Enter the year as four numbers, like 1985."),
        ("birth_year", "2015", "١٩٨٥", "from the year in which you turn 16"),
    ],
)
def test_a_wrong_answer_is_refused_beside_its_field(client, action, kind, wrong, right, message):
    ask(action, WHY, type=kind, country="DE", min_age=16, en__label="A question")

    refused = post(client, **{WHY: wrong})
    was_empty = nothing_is_stored()
    accepted = post(client, **{WHY: right})

    assert (refused.status_code, accepted.status_code) == (400, 303)
    assert message in refused.text
    assert f'value="{wrong}"' in refused.text
    assert was_empty
    assert list(stored()) == [WHY]


def test_the_postcode_is_that_of_the_chosen_country_unless_the_question_names_one(client, action):
    ask(action, POSTCODE, type="postcode", en__label="Postcode")

    refused = post(client, country="GB", **{POSTCODE: "04109"})
    accepted = post(client, country="DE", **{POSTCODE: "04109"})

    assert (refused.status_code, accepted.status_code) == (400, 303)


def test_a_required_postcode_is_not_needed_where_a_country_has_none(client, action):
    ask(action, POSTCODE, type="postcode", en__label="Postcode", is_required=True)

    asked = visible_text(client.get(PAGE).text)
    german = post(client, country="DE", **{POSTCODE: ""})
    refused = post(client, country="AE", **{POSTCODE: "none"})
    accepted = post(client, country="AE", **{POSTCODE: ""})

    assert "Leave it empty if your country has no postcodes." in asked
    assert "Please answer this question: Postcode" in german.text
    assert "leave the field empty if your country has no postcodes" in refused.text
    (field,) = parse_document(refused.text).xpath(f"//input[@name='{POSTCODE}']")
    assert field.get("required") is None
    assert (german.status_code, refused.status_code, accepted.status_code) == (400, 400, 303)
    assert stored() == {}


@pytest.mark.parametrize(
    ("country", "message"),
    [
        ("RU", "Enter a telephone number, for example +7 912 345 67 89. You can use spaces,"),
        ("GB", "for example +44 7400 123456."),
        ("AQ", "for example 123 456 789."),
    ],
)
def test_the_message_about_a_telephone_number_has_an_example_from_the_chosen_country(
    client, action, country, message
):
    ask(action, PHONE, type="phone", en__label="Your number")

    refused = post(client, country=country, **{PHONE: "call me"})

    shown = refused.text.replace("\u2066", "").replace("\u2069", "")
    assert message in shown.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("number", "kept"),
    [
        ("8 (912) 345-67-89", "+79123456789"),
        ("+7 912 345.67.89", "+79123456789"),
        ("79123456789", "+79123456789"),
        ("0341/123-45", "0341/123-45"),  # of another country, which it does not say
    ],
)
def test_a_telephone_number_is_stored_in_one_form_if_its_country_is_known(
    client, action, number, kept
):
    ask(action, PHONE, type="phone", en__label="Your number")

    answer = post(client, country="RU", **{PHONE: number})

    assert answer.status_code == 303
    assert stored() == {PHONE: kept}


def test_a_postcode_is_stored_as_it_is_written_in_its_country_and_shown_as_typed(client, action):
    ask(action, POSTCODE, type="postcode", en__label="Postcode")
    ask(action, WHY, en__label="Why?", is_required=True)

    refused = post(client, country="GB", **{POSTCODE: "sw1a1aa"})
    post(client, country="GB", **{POSTCODE: "sw1a1aa", WHY: "Because"})

    assert 'value="sw1a1aa"' in refused.text
    assert stored() == {POSTCODE: "SW1A 1AA", WHY: "Because"}


def test_an_answer_from_before_is_confirmed_unchanged_and_a_corrected_one_in_one_form(
    client, action
):
    ask(action, PHONE, type="phone", en__label="Your number")
    ask(action, POSTCODE, type="postcode", en__label="Postcode")
    signature = make_signature(action, answers={PHONE: "8 912 3456789", POSTCODE: "101 000"})

    sent = {"given_name": "Ada", "country": "RU", PHONE: "8 912 3456789", POSTCODE: "101 001"}
    client.post(link_to("confirm", signature), data=sent)

    assert stored() == {PHONE: "8 912 3456789", POSTCODE: "101001"}


@pytest.mark.parametrize(("age", "is_said"), [(16, True), (0, False)])
def test_the_form_says_the_minimum_age_in_the_words_of_the_refusal(client, action, age, is_said):
    ask(action, WHY, type="birth_year", min_age=age, is_required=True, en__label="Born")
    words = "You can take part from the year in which you turn 16."

    hints = [one.text for one in parse_document(client.get(PAGE).text).find_class("hint")]
    refused = post(client, **{WHY: "2020"})

    assert any(words in (hint or "") for hint in hints) is is_said
    assert (f"{words} Thank you for your interest." in refused.text) is is_said


def test_a_form_that_was_open_before_a_question_was_required_says_so_and_keeps_everything(
    client, action
):
    opened = hidden_inputs(client)
    ask(action, PLACE, INVOLVED, is_required=True)

    refused = post(client, **opened, comment=None)
    again = post(client, **{PLACE: "choice_1"})

    assert refused.status_code == 400
    assert "We have added this question since you opened the page" in refused.text
    assert "Nothing you wrote has been lost." in refused.text
    assert 'value="ada@example.org"' in refused.text
    assert again.status_code == 303


def test_an_answer_that_is_missing_is_asked_for(client, action):
    ask(action, WHY, is_required=True, en__label="Why do you care?")

    refused = post(client, **{WHY: " "})

    assert refused.status_code == 400
    assert "Please answer this question: Why do you care?" in refused.text


def test_a_choice_that_is_no_longer_offered_is_refused_kindly(client, action):
    ask(action, PLACE, INVOLVED)
    ask(action, PLACE, INVOLVED, choice_2_off=True)

    refused = post(client, **{PLACE: "choice_2"})

    assert refused.status_code == 400
    assert "The answer that you chose is no longer offered." in refused.text
    assert "I want to help" not in refused.text


def test_a_question_that_was_removed_meanwhile_does_not_stop_anyone(client, action):
    ask(action, WHY, en__label="Why?")
    opened = hidden_inputs(client)
    remove(action, WHY)
    publish_all()

    answer = post(client, **opened, **{WHY: "Because"})

    assert answer.status_code == 303
    assert stored() == {}


def test_the_confirm_page_shows_the_answers_which_can_be_corrected(client, action):
    ask(action, PLACE, INVOLVED)
    ask(action, POSTCODE, type="postcode", en__label="Postcode", country="DE")
    signature = make_signature(action, answers={PLACE: "choice_1"})

    page = client.get(link_to("confirm", signature)).text
    words = " ".join(parse_document(page).text_content().split())
    client.post(
        link_to("confirm", signature),
        data={"given_name": "Ada", "country": "RU", PLACE: "choice_2", POSTCODE: "04109"},
    )

    assert "How are you involved? I saw it" in words
    assert "Postcode Not answered" in words
    assert stored() == {PLACE: "choice_2", POSTCODE: "04109"}


def test_the_confirm_page_says_beside_an_answer_who_else_gets_it(client, action):
    ask(action, PLACE, INVOLVED, purpose="handover")
    ask(action, GROUP, type="organisation", purpose="handover", en__label="Your group")
    ask(action, WHY, en__label="Why?")
    answers = {PLACE: "choice_1", WHY: "Because"}
    signature = make_signature(action, answers=answers)
    note = "We pass your answer on to the addressee with your name."

    def rows() -> list[str]:
        page = parse_document(client.get(link_to("confirm", signature)).text)
        return [" ".join(one.text_content().split()) for one in page.xpath("//dl/div")]

    before = rows()
    remove(action, PLACE)
    publish_all()
    after = rows()

    for found in (before, after):
        assert f"How are you involved? I saw it {note}" in found
        assert "Your group Not answered" in found
        assert "Why? Because" in found


def test_people_confirm_what_they_answered_before_a_question_changed(client, action):
    ask(action, PLACE, INVOLVED)
    ask(action, BORN, type="birth_year", en__label="Born in")
    answers = {PLACE: "choice_1", BORN: "2009", "qunknow": "kept"}
    signature = make_signature(action, answers=answers)
    ask(action, PLACE, INVOLVED, choice_1_off=True)
    ask(action, BORN, type="birth_year", en__label="Born in", min_age=18)
    ask(action, WHY, is_required=True, en__label="Why?")

    shown = client.get(link_to("confirm", signature)).text
    answer = client.post(link_to("confirm", signature))

    assert "I saw it" in shown
    assert answer.status_code == 303
    assert stored() == answers
    assert db.session.scalars(select(Signature.status)).one() == "confirmed"


def test_an_answer_to_a_question_that_was_switched_off_is_confirmed_and_stays_readable(
    client, action
):
    ask(action, PLACE, INVOLVED)
    ask(action, WHY, en__label="Why?")
    answers = {PLACE: "choice_1", WHY: "Because"}
    signature = make_signature(action, answers=answers)
    remove(action, PLACE)
    ask(action, WHY, en__label="Why do you sign?")

    shown = visible_text(client.get(link_to("confirm", signature)).text)
    page = {"given_name": "Ada", "country": "RU", WHY: "Because"}
    client.post(link_to("confirm", signature), data=page)
    read = answered_questions(db.session.connection(), signature)

    assert "How are you involved? I saw it" in shown
    assert stored() == answers
    assert [(one.label, one.answer) for one in read] == [
        ("How are you involved?", "I saw it"),
        ("Why do you sign?", "Because"),
    ]


def test_a_draft_of_a_question_is_not_asked(client, action):
    save(action, fields(WHY, type="text", en__label="Secret question"))

    assert "Secret question" not in client.get(PAGE).text
