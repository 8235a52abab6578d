"""The number of people by answer, which the page of the questions shows."""

import pytest

from campaign_actions.actions.queries import find_action
from campaign_actions.actions.questions import answer_counts
from campaign_actions.actions.questions.answer_counts import count_answers
from campaign_actions.core.db.session import db
from tests.support.factories import NOON, make_action, make_confirmed, make_signature
from tests.support.questions import INVOLVED, PLACE, WHY, ask


@pytest.fixture
def action(app):
    action = make_action()
    ask(action, PLACE, INVOLVED)
    ask(action, WHY, position=1, en__label="Why?")
    for answers in ({PLACE: "choice_2", WHY: "Because"}, {PLACE: "choice_2"}, {}):
        make_confirmed(action, answers=answers)
    make_signature(action, answers={PLACE: "choice_1"})  # not confirmed yet
    return find_action("racism", "hate-crimes", locale="en", now=NOON)


def test_confirmed_people_are_counted_by_answer(action):
    counts = count_answers(db.session.connection(), action.id, action.questions)

    place, why = counts.questions
    assert (counts.people, counts.is_part) == (3, False)
    assert (place.people, why.people) == (2, 1)
    assert [(choice.label, number) for choice, number in place.choices] == [
        ("I saw it", 0),
        ("I want to help", 2),
    ]
    assert why.choices == ()


def test_only_the_newest_are_read(action, monkeypatch):
    monkeypatch.setattr(answer_counts, "MAX_READ", 3)

    counts = count_answers(db.session.connection(), action.id, action.questions)

    assert (counts.people, counts.is_part) == (2, True)
