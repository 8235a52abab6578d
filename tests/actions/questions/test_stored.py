"""Questions in contents and rows: what can be changed, and what stays once people have signed."""

import pytest

from campaign_actions.actions.duplicate import copy_campaign
from campaign_actions.actions.edit import ACTION
from campaign_actions.actions.models import Action
from campaign_actions.actions.queries import find_action
from campaign_actions.actions.questions.stored import new_key, order_changes, questions_in
from campaign_actions.campaigns.save_form import remove_language
from campaign_actions.campaigns.versioning.history import find_revision
from campaign_actions.campaigns.versioning.restore import restore
from campaign_actions.core.db.session import db
from tests.support.changes import publish_all
from tests.support.factories import NOON, make_action, make_confirmed, make_staff
from tests.support.questions import (
    INVOLVED,
    PHONE,
    PLACE,
    POSTCODE,
    WHY,
    ask,
    content_of,
    fields,
    remove,
    save,
)


@pytest.fixture
def action(app):
    return make_action(locales=("en", "ru"))


def public(action, locale="en"):
    publish_all()
    found = find_action(action.campaign_slug, action.slug, locale=locale, now=NOON)
    db.session.commit()
    return found.questions


def stored(action):
    return questions_in(content_of(action))


def test_a_question_is_a_draft_until_it_is_published(action):
    saved = save(action, fields(WHY, type="text", en__label="Why?"))
    before = find_action("racism", "hate-crimes", locale="en", now=NOON).questions

    (question,) = public(action)

    assert saved.is_draft
    assert (before, question.label, question.type) == ((), "Why?", "text")


def test_it_is_asked_in_the_languages_that_have_its_text_and_in_the_order_of_its_position(action):
    ask(action, WHY, position=1, en__label="Why?", ru__label="Почему?")
    ask(action, PHONE, type="phone", position=2, en__label="Number")
    save(action, order_changes([PHONE, WHY]))

    assert [one.label for one in public(action)] == ["Number", "Why?"]
    assert [one.label for one in public(action, "ru")] == ["Почему?"]


def test_before_anyone_has_signed_everything_can_be_changed_and_removed(action):
    ask(action, PLACE, INVOLVED)
    ask(action, PLACE, type="text", purpose="handover", keep_days=0)

    (question,) = public(action)
    remove(action, PLACE)

    assert (question.type, question.purpose) == ("text", "handover")
    assert public(action) == ()


def test_once_people_have_signed_the_type_and_the_country_stay(action):
    ask(action, POSTCODE, type="postcode", country="DE", en__label="Postcode")
    make_confirmed(action)

    save(action, fields(POSTCODE, type="phone", country="FR", en__label="Your postcode"))

    (question,) = public(action)
    assert (question.type, question.country) == ("postcode", "DE")
    assert question.label == "Your postcode"


def test_once_people_have_signed_the_purpose_becomes_no_wider_and_the_time_no_longer(action):
    ask(action, WHY, keep_days=30, en__label="Why?")
    ask(action, PLACE, INVOLVED, purpose="handover", keep_days=90)
    make_confirmed(action)

    save(action, fields(WHY, purpose="handover", keep_days=0))
    save(action, fields(PLACE, purpose="team", keep_days=30))

    found = {one.key: (one.purpose, one.keep_days) for one in public(action)}
    assert found == {WHY: ("team", 30), PLACE: ("team", 30)}


def test_a_question_and_a_choice_that_may_have_answers_are_switched_off_and_not_removed(action):
    ask(action, PLACE, INVOLVED, ru__label="Как?", ru__choice_1="Видел", ru__choice_2="Хочу помочь")
    ask(action, WHY, en__label="Why?")
    make_confirmed(action, answers={PLACE: "choice_2", WHY: "Because"})

    save(action, fields(PLACE, en__choice_2="", ru__choice_2=""))
    remove(action, WHY)

    (question,) = public(action)
    assert question.in_words("choice_2") == "I want to help"
    assert [(one.key, one.is_off) for one in question.choices] == [
        ("choice_1", False),
        ("choice_2", True),
    ]
    assert stored(action)[PLACE]["ru.choice_2"] == "Хочу помочь"
    assert stored(action)[WHY]["is_off"] is True


def test_a_renamed_choice_keeps_its_key(action):
    ask(action, PLACE, INVOLVED)
    make_confirmed(action, answers={PLACE: "choice_1"})

    save(action, fields(PLACE, en__choice_1="I was there"))

    (question,) = public(action)
    assert question.in_words("choice_1") == "I was there"


def test_questions_are_in_revisions_and_come_back_with_them(action):
    ask(action, PLACE, INVOLVED)
    number = db.session.get(Action, action.id).version
    content = find_revision("action", action.id, number)
    save(action, fields(PLACE, en__label="Something else"))

    restore(ACTION, action.id, content, number, by=make_staff("campaigner"), now=NOON)

    assert [one.label for one in public(action)] == ["How are you involved?"]


def test_a_language_that_is_removed_takes_its_texts_with_it(action):
    ask(action, WHY, en__label="Why?", ru__label="Почему?")

    remove_language(ACTION, action.id, "ru", by=make_staff("campaigner"), now=NOON)
    publish_all()

    assert "ru.label" not in stored(action)[WHY]
    assert [one.label for one in public(action)] == ["Why?"]


def test_a_copy_of_the_campaign_asks_the_same(action):
    ask(action, PLACE, INVOLVED, is_required=True)

    by = make_staff("campaigner")
    copy_campaign(
        action.campaign_id, slug="copy", proposed="copy", titles={"en": "Copy"}, by=by, now=NOON
    )

    copies = [one for one in db.session.query(Action).all() if one.id != action.id]
    assert [one.questions for one in copies] == [db.session.get(Action, action.id).questions]


def test_keys_are_never_given_twice():
    keys = {new_key() for _ in range(100)}

    assert len(keys) == 100
