"""Questions in the work of translators."""

import pytest

from campaign_actions.actions.queries import find_action
from campaign_actions.catalogs.campaign_texts.publish import write_complete_texts
from campaign_actions.catalogs.preview.campaign import campaign_preview
from campaign_actions.catalogs.store.repository import campaign_catalog
from campaign_actions.core.db.session import db, write_transaction
from tests.support.changes import publish_all
from tests.support.factories import NOON, make_action
from tests.support.questions import INVOLVED, PLACE, WHY, ask

RUSSIAN = {
    "How are you involved?": "Как это касается вас?",
    "We count how many people saw it.": "Мы считаем свидетелей.",
    "I saw it": "Я видел",
    "I want to help": "Хочу помочь",
}


@pytest.fixture
def action(app):
    action = make_action(locales=("en", "ru"))
    ask(action, PLACE, INVOLVED)
    return action


def question_messages(action):
    found = campaign_catalog(action.campaign_id).messages
    db.session.commit()
    return [one for one in found if one.context.startswith("question ")]


def forms(action):
    return {one.key: (RUSSIAN[one.source],) for one in question_messages(action)}


def test_translators_get_the_texts_of_questions_with_notes(action):
    found = {one.context: one for one in question_messages(action)}

    assert list(found) == [
        f"question {PLACE}: {name}" for name in ("label", "help", "choice 1", "choice 2")
    ]
    choice = found[f"question {PLACE}: choice 1"]
    assert (choice.source, choice.max_length) == ("I saw it", 120)
    assert "One of the answers to this question: How are you involved?" in choice.notes
    assert choice.places == ("action/hate-crimes",)


def test_questions_and_choices_that_are_switched_off_need_no_translation(action):
    ask(action, PLACE, INVOLVED, choice_2_off=True)
    ask(action, WHY, en__label="Why?", is_off=True)

    assert "choice 2" not in str([one.context for one in question_messages(action)])
    assert WHY not in str([one.context for one in question_messages(action)])


def test_a_complete_translation_is_asked_once_it_is_published(action):
    russian = forms(action)
    with write_transaction() as connection:
        write_complete_texts(connection, action.campaign_id, "ru", russian, staff_id=None, now=NOON)
    publish_all()

    (question,) = find_action("racism", "hate-crimes", locale="ru", now=NOON).questions
    assert (question.label, question.help) == ("Как это касается вас?", "Мы считаем свидетелей.")
    assert [one.label for one in question.choices] == ["Я видел", "Хочу помочь"]


def test_the_preview_shows_the_text_that_is_being_translated(action):
    message = question_messages(action)[0]
    catalog = campaign_catalog(action.campaign_id)

    preview = campaign_preview(catalog, "ru", message, ("Как это касается вас?",), now=NOON)

    (question,) = preview.find_action("hate-crimes").questions
    assert "Как это касается вас?" in question.label
    assert question.choices[0].label == "I saw it"
