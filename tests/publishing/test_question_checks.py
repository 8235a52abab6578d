"""Pre-flight checks of questions: texts in each language, and the consent text."""

import pytest

from campaign_actions.actions.models import OWN_QUESTIONS
from campaign_actions.actions.personal_data.later_uses import set_covered
from campaign_actions.publishing.findings import PreflightContext
from campaign_actions.publishing.preflight import run_preflight
from campaign_actions.publishing.queries import get_plan
from tests.support.factories import NOON, make_action
from tests.support.questions import INVOLVED, PLACE, WHY, ask, fields, save


@pytest.fixture
def action(app):
    return make_action(locales=("en", "ru"))


def findings(action, locale: str) -> dict[str, str]:
    context = PreflightContext(opens_at=NOON, now=NOON, visible_ids=None)
    sections = run_preflight(get_plan(action.campaign_id), context).sections
    found = [each for section in sections if section.locale == locale for each in section.findings]
    return {each.message: each.state for each in found if "uestion" in each.message}


def test_a_question_without_a_translation_keeps_its_language_from_being_published(action):
    ask(action, PLACE, INVOLVED, ru__label="Как это касается вас?", ru__choice_1="Я видел")

    english, russian = findings(action, "en"), findings(action, "ru")

    assert english["The action’s questions are complete."] == "ok"
    message = "This question is not complete in this language: How are you involved?"
    assert russian[message] == "blocker"


def test_questions_that_are_switched_off_need_nothing(action):
    ask(action, WHY, en__label="Why?", is_off=True)

    assert findings(action, "ru") == {}


def test_the_consent_text_has_to_mention_questions(action):
    save(action, fields(WHY, type="text", en__label="Why?"))  # a draft
    message = "The consent text does not say that forms may ask further questions."

    before = findings(action, "en")
    set_covered("petition", "en", {OWN_QUESTIONS: 1}, now=NOON)

    assert before[message] == "blocker"
    assert message not in findings(action, "en")
