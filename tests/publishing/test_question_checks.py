"""Pre-flight checks of questions: texts in each language, and the consent text."""

import pytest
from sqlalchemy import update

from campaign_actions.actions.models import OWN_QUESTIONS, Action
from campaign_actions.actions.personal_data.later_uses import set_covered
from campaign_actions.core.db.session import db
from campaign_actions.publishing.findings import Finding, PreflightContext
from campaign_actions.publishing.preflight import run_preflight
from campaign_actions.publishing.queries import get_plan
from tests.support.factories import NOON, make_action, make_confirmed
from tests.support.questions import BORN, INVOLVED, PLACE, WHY, ask, ask_all, fields, save


@pytest.fixture
def action(app):
    return make_action(locales=("en", "ru"))


def findings(action, locale: str) -> dict[str, str]:
    found = all_findings(action, locale)
    return {
        each.message: each.state
        for each in found
        if "uestion" in each.message or "answers" in each.message
    }


def all_findings(action, locale: str) -> list[Finding]:
    context = PreflightContext(opens_at=NOON, now=NOON, visible_ids=None)
    sections = run_preflight(get_plan(action.campaign_id), context).sections
    return [each for section in sections if section.locale == locale for each in section.findings]


def test_a_question_without_a_translation_keeps_its_language_from_being_published(action):
    ask(action, PLACE, INVOLVED, ru__label="Как это касается вас?", ru__choice_1="Я видел")

    english, russian = findings(action, "en"), findings(action, "ru")

    assert english["The action’s questions are complete."] == "ok"
    message = "This question is not complete: How are you involved?"
    assert russian[message] == "blocker"


def test_an_incomplete_question_leads_to_its_first_missing_text_by_the_name_of_the_language(action):
    russian = {"ru.label": "Как это касается вас?", "ru.help": "Считаем.", "ru.choice_1": "Я видел"}
    ask(action, PLACE, INVOLVED | russian)

    (found,) = [each for each in all_findings(action, "ru") if "not complete" in each.message]

    assert found.field == "Russian"
    assert found.url.endswith(f"/questions/{PLACE}/?right=ru#questions.{PLACE}.ru.choice_2")


def test_questions_that_are_switched_off_need_nothing(action):
    ask(action, WHY, en__label="Why?", is_off=True)

    assert findings(action, "ru") == {}


@pytest.mark.parametrize(("number", "state"), [(8, None), (9, "blocker")])
def test_more_than_eight_questions_are_not_published(action, number, state):
    """Undoing a change can switch one on that made room for another."""
    ask_all(action, {f"qnumber{n}": {"en__label": f"Why {n}?"} for n in range(number)})

    message = "An action can ask eight questions at most. Switch off another one first."
    assert findings(action, "en").get(message) == state


def test_a_renamed_choice_that_people_have_chosen_is_to_be_reviewed(action):
    russian = {"ru.label": "Как это касается вас?", "ru.help": "Мы считаем ответы."}
    russian |= {"ru.choice_1": "Я видел", "ru.choice_2": "Хочу помочь"}
    ask(action, PLACE, INVOLVED | russian)
    for choice in ("choice_2", "choice_2", "choice_1"):
        make_confirmed(action, answers={PLACE: choice})
    before = renamed(action, "en")
    save(action, fields(PLACE, en__choice_2="I helped"))

    (found,) = renamed(action, "en")

    assert (before, renamed(action, "ru")) == ([], [])
    assert (found.state, found.message) == (
        "warning",
        "The answer “I want to help” is now “I helped”.",
    )
    assert "2 people have chosen it: their answers take the new words." in found.remedy
    assert found.url.endswith(f"/questions/{PLACE}/")


def test_a_renamed_choice_that_nobody_has_chosen_is_fine(action):
    ask(action, PLACE, INVOLVED)
    make_confirmed(action, answers={PLACE: "choice_1"})
    save(action, fields(PLACE, en__choice_2="I helped"))

    assert renamed(action, "en") == []


def renamed(action, locale: str) -> list[Finding]:
    return [each for each in all_findings(action, locale) if "is now" in each.message]


def test_a_minimum_age_that_people_get_round_is_to_be_reviewed(action):
    ask(action, BORN, type="birth_year", min_age=16, en__label="Born in", ru__label="Год рождения")
    message = "The minimum age has no effect: Born in"

    found = {each.message: each.state for each in all_findings(action, "en")}
    ask(action, BORN, type="birth_year", min_age=16, is_required=True)

    assert found[message] == "warning"
    assert message not in {each.message for each in all_findings(action, "en")}


def test_contact_data_for_the_addressee_cannot_be_published(action):
    ask(action, WHY, purpose="handover", en__label="Why?", ru__label="Ваш адрес")
    message = "The addressee will not get these answers: Why?"

    found = findings(action, "en")
    ask(action, WHY, has_no_contact_data=True)

    assert found[message] == "blocker"
    assert message not in findings(action, "en")


def needed(action) -> dict[str, str]:
    found = all_findings(action, "")
    return {one.message: one.remedy for one in found if "will need an answer" in one.message}


def test_a_question_that_needs_an_answer_from_now_on_is_to_be_reviewed_while_the_form_is_open(
    action,
):
    ask(action, PLACE, INVOLVED)
    ask(action, BORN, type="birth_year", is_required=True, en__label="Born in")
    before = needed(action)
    save(action, fields(PLACE, is_required=True))
    save(action, fields(WHY, type="text", is_required=True, en__label="Why?"))

    found = needed(action)

    assert before == {}
    assert list(found) == [
        f"This question will need an answer: {name}" for name in ("How are you involved?", "Why?")
    ]
    for remedy in found.values():
        assert "People who have the form open now will be asked for it." in remedy


def test_an_action_that_has_not_opened_has_no_open_forms(action):
    db.session.execute(update(Action).values(published_at=None))
    db.session.commit()
    save(action, fields(WHY, type="text", is_required=True, en__label="Why?"))

    assert needed(action) == {}


def test_the_consent_text_has_to_mention_questions(action):
    save(action, fields(WHY, type="text", en__label="Why?"))  # a draft
    message = "The consent text does not say that forms may ask further questions."

    before = findings(action, "en")
    set_covered("petition", "en", {OWN_QUESTIONS: 1}, now=NOON)

    assert before[message] == "blocker"
    assert message not in findings(action, "en")
