"""Answers in exports: by purpose, for people whose consent text covers them, named after the question."""

import csv
import io
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from campaign_actions.actions.consent import publish_consent
from campaign_actions.actions.models import OWN_QUESTIONS, Action, Signature
from campaign_actions.actions.personal_data.later_uses import set_covered
from campaign_actions.actions.personal_data.purposes import CRM, HANDOVER, TEAM
from campaign_actions.actions.questions.retention import delete_old_answers
from campaign_actions.actions.signatures.retention import erase_closed
from campaign_actions.actions.signatures.withdraw import erase, withdraw
from campaign_actions.campaigns.models import Campaign
from campaign_actions.core.db.session import db, read_snapshot
from campaign_actions.disclosures.labels import compare_contents
from campaign_actions.disclosures.preview import preview
from campaign_actions.updates.unsubscribe import unsubscribe
from tests.support.exports import changes_since, export_file, make_export
from tests.support.factories import NOON, make_action, make_confirmed
from tests.support.questions import INVOLVED, PHONE, PLACE, POSTCODE, WHY, ask, ask_all

ANSWERS = {PLACE: "choice_2", POSTCODE: "=04109", PHONE: "+44 20 7946 0018"}


@pytest.fixture
def action(app):
    action = make_action(locales=("en", "ru"))
    phone = {"type": "phone", "keep_days": 90, "purpose": "crm", "en.label": "Your number"}
    in_russian = {"ru.label": "Как?", "ru.choice_2": "Помогу"}
    place = INVOLVED | in_russian | {"purpose": "handover"}
    postcode = {"type": "postcode", "en.label": "Postcode", "is_off": True}
    ask_all(action, {PHONE: phone, PLACE: place, POSTCODE: postcode})
    set_covered("petition", "en", {OWN_QUESTIONS: 1, "crm": 1}, now=NOON)
    return action


def rows_of(*actions, **values) -> list[dict[str, str]]:
    data, _record = export_file(make_export(*actions, **values))
    return list(csv.DictReader(io.StringIO(data.decode())))


def answers_in(row) -> dict[str, str]:
    found = {name: value for name, value in row.items() if name.startswith("answers.q")}
    return {name.removeprefix("answers."): value for name, value in found.items()}


@pytest.mark.parametrize(
    ("purpose", "expected"),
    [
        ("team", {PHONE: "'+44 20 7946 0018", PLACE: "choice_2", POSTCODE: "'=04109"}),
        ("handover", {PLACE: "choice_2"}),
        ("crm", {PHONE: "'+44 20 7946 0018"}),
    ],
)
def test_a_file_has_the_answers_whose_question_is_for_its_purpose(action, purpose, expected):
    make_confirmed(action, answers=ANSWERS, wants_updates=True)

    (row,) = rows_of(action, purpose=purpose)

    assert answers_in(row) == expected


@pytest.mark.parametrize(
    ("settings", "is_handed_over"),
    [
        ({"type": "phone", "en.label": "Number"}, False),
        ({"en.label": "Your e-mail address"}, False),
        ({"en.label": "How?", "ru.label": "Как вам позвонить, номер телефона?"}, False),
        ({"type": "organisation", "en.label": "Group", "ru.label": "Почта группы"}, False),
        ({"en.label": "Your Instagram account"}, False),
        ({"en.label": "Anything else?", "en.help": "Write your email here."}, False),
        ({"en.label": "Which address?", "has_no_contact_data": True}, True),
        ({"en.label": "Why?"}, True),
    ],
)
def test_no_contact_data_is_in_a_file_for_the_addressee(action, settings, is_handed_over):
    ask(action, WHY, settings, purpose="handover", keep_days=90)
    find = {"recipient": "Council", "purpose": "handover"}
    make_confirmed(action, answers={WHY: "ada@example.org"})

    (row,) = rows_of(action, **find)

    column = f"answers.{WHY}"
    export = make_export(action, **find)
    assert (column in row, column in export.columns()) == (is_handed_over, is_handed_over)
    assert bool(export.expiring_questions()) == is_handed_over
    assert export.has_contact_data == ("has_no_contact_data" in settings)  # a second person decides
    assert make_export(action, purpose="team").has_contact_data


def test_people_who_agreed_to_an_earlier_text_are_left_out(action):
    publish_consent("petition", "en", "The form may ask further questions.", now=NOON)
    set_covered("petition", "en", {OWN_QUESTIONS: 2}, now=NOON)
    make_confirmed(action, answers=ANSWERS, consent_version=1)
    make_confirmed(action, answers=ANSWERS, consent_version=2)

    found = [answers_in(row)[PLACE] for row in rows_of(action)]

    assert found == ["", "choice_2"]


def test_several_actions_in_one_file_have_the_questions_of_all(action):
    other = make_action(campaign=db.session.get(Campaign, action.campaign_id), slug="other")
    ask(other, WHY, en__label="Why?")
    make_confirmed(action, answers=ANSWERS)
    make_confirmed(other, answers={WHY: "Because"})

    first, second = rows_of(action, other)

    assert (answers_in(first)[PLACE], answers_in(first)[WHY]) == ("choice_2", "")
    assert (answers_in(second)[PLACE], answers_in(second)[WHY]) == ("", "Because")


def test_people_read_the_question_as_the_heading_and_the_choice_in_words(action):
    ask(action, WHY, en__label="Country")  # as another column is called
    make_confirmed(action, answers=ANSWERS | {WHY: "Because"})

    with read_snapshot() as connection:
        english = preview(connection, make_export(action, format="xlsx", words_in="en"))
        russian = preview(connection, make_export(action, format="xlsx", words_in="ru"))

    cells = dict(zip(english.columns, english.rows[0], strict=True))
    assert cells["How are you involved?"] == "I want to help"
    assert cells["Postcode"] == "=04109"
    assert cells[f"Country (answers.{WHY})"] == "Because"
    assert dict(zip(russian.columns, russian.rows[0], strict=True))["Как?"] == "Помогу"


def test_the_choice_of_a_purpose_says_whether_a_file_has_answers():
    purposes = [TEAM, HANDOVER, CRM]

    def says(asked_for):
        lines = compare_contents(purposes, ["petition"], asked_for)
        return next((line.has for line in lines if "your questions" in str(line.label)), None)

    assert says([]) is None
    assert says(["team"]) == [True, False, False]
    assert says(["crm", "handover"]) == [True, True, True]


def test_an_increment_has_the_signatures_whose_answers_were_deleted(action):
    make_confirmed(action, answers=ANSWERS)
    _data, record = export_file(make_export(action))

    delete_old_answers(NOON + timedelta(days=91))
    data, _record = export_file(changes_since(record))

    (row,) = csv.DictReader(io.StringIO(data.decode()))
    assert (row["change"], answers_in(row)[PHONE]) == ("corrected", "")


def test_an_increment_has_the_answers_to_questions_that_were_asked_after_its_base(app):
    action = make_action()
    set_covered("petition", "en", {OWN_QUESTIONS: 1}, now=NOON)
    make_confirmed(action)
    _data, record = export_file(make_export(action, purpose="team"))
    ask(action, WHY, en__label="Why?")
    make_confirmed(action, answers={WHY: "Because"})

    (row,) = increment(record)

    assert (row["change"], answers_in(row)) == ("new", {WHY: "Because"})


def test_people_who_withdraw_leave_the_file_without_their_answers(action):
    signature = make_confirmed(action, answers=ANSWERS)
    _data, record = export_file(make_export(action))

    withdraw(signature, now=NOON)

    (row,) = increment(record)
    assert (row["change"], set(answers_in(row).values())) == ("withdrawn", {""})
    assert rows_of(action) == []


def test_people_who_unsubscribe_leave_the_file_of_the_program_without_their_answers(action):
    signature = make_confirmed(action, answers=ANSWERS, wants_updates=True)
    _data, record = export_file(make_export(action, purpose="crm"))

    unsubscribe(signature, now=NOON)

    (row,) = increment(record)
    assert (row["change"], set(answers_in(row).values())) == ("removed", {""})
    assert rows_of(action, purpose="crm") == []
    assert answers_in(rows_of(action)[0])[PHONE] == "'+44 20 7946 0018", "our team keeps it"


@pytest.mark.parametrize("delete", ["erase", "retention"])
def test_people_whose_data_is_deleted_leave_the_file_without_their_answers(action, delete):
    make_confirmed(action, email="ada@example.org", answers=ANSWERS)
    _data, record = export_file(make_export(action))

    if delete == "erase":
        erase("ada@example.org", now=NOON)
    else:
        close_at(action, NOON)
        erase_closed(NOON + timedelta(days=400), keep_months=12)

    assert all(not set(answers_in(row).values()) - {""} for row in increment(record))
    assert rows_of(action) == []
    assert db.session.scalars(select(Signature.answers)).one() == {}


def increment(record) -> list[dict[str, str]]:
    data, _record = export_file(changes_since(record))
    return list(csv.DictReader(io.StringIO(data.decode())))


def close_at(action, moment) -> None:
    db.session.execute(
        update(Action).filter_by(id=action.id).values(closes_at=moment, retain_from=moment)
    )
    db.session.commit()
