"""The order of choices: moving, and what stays the same."""

import pytest

from campaign_actions.actions.models import Action
from campaign_actions.actions.queries import find_action
from campaign_actions.actions.questions.choice_order import in_order, is_order, moved
from campaign_actions.core.db.session import db
from tests.support.changes import publish_all
from tests.support.factories import NOON, make_action, make_confirmed
from tests.support.questions import INVOLVED, PLACE, ask, fields, save

ABC = ["choice_1", "choice_2", "choice_3"]


@pytest.mark.parametrize(
    ("order", "choice", "to", "expected"),
    [
        ("", "choice_3", "up", "choice_1 choice_3 choice_2"),
        ("choice_1 choice_3 choice_2", "choice_2", "up", ""),
        ("", "choice_1", "up", ""),
        ("choice_3 choice_1", "choice_1", "down", "choice_3 choice_2 choice_1"),
        ("choice_9 choice_2", "choice_2", "down", ""),
    ],
)
def test_a_choice_moves_by_one_place(order, choice, to, expected):
    assert in_order(ABC, moved(ABC, order, choice, to)) == in_order(ABC, expected)


def test_choices_without_a_place_come_last():
    assert in_order(ABC, "choice_3") == ["choice_3", "choice_1", "choice_2"]


def test_an_order_names_each_choice_once():
    assert is_order("choice_10 choice_2")
    assert not is_order("choice_2 choice_2")
    assert not is_order("choice_11")


def test_people_see_the_new_order_and_their_answers_mean_the_same(app):
    action = make_action(locales=("en", "ru"))
    ask(action, PLACE, INVOLVED, ru__label="Как?", ru__choice_1="Видел", ru__choice_2="Помогу")
    make_confirmed(action, answers={PLACE: "choice_1"})

    save(action, fields(PLACE, choice_order="choice_2 choice_1"))
    publish_all()

    for locale, first, answer in (("en", "I want to help", "I saw it"), ("ru", "Помогу", "Видел")):
        found = find_action(action.campaign_slug, action.slug, locale=locale, now=NOON)
        (question,) = found.questions
        assert (question.choices[0].label, question.in_words("choice_1")) == (first, answer)
    assert db.session.get(Action, action.id).questions[PLACE]["choice_order"] == "choice_2 choice_1"
