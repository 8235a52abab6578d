"""Questions on the page of the changes and in a revision: named by their text, without usual settings."""

import re

import pytest

from campaign_actions.actions.questions.differences import question_names
from tests.support.factories import make_action, make_staff
from tests.support.page_text import visible_text
from tests.support.questions import INVOLVED, PLACE, WHY, ask, fields, remove, save
from tests.support.staff_client import log_in

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
USUAL = {"position": 0, "is_required": False, "purpose": "team", "keep_days": 0, "country": ""}
NEW = {
    **(INVOLVED | USUAL),
    "min_age": 0,
    "is_off": False,
    "choice_order": "choice_2 choice_1",
    **{f"choice_{number}_off": False for number in range(1, 11)},
    "ru.label": "Как это касается вас?",
}


@pytest.fixture
def action(app):
    return make_action(locales=("en", "ru"))


@pytest.fixture
def staff(client):
    log_in(client, make_staff("campaigner"))
    return client


def labels_on(staff, address: str) -> list[str]:
    """The labels of the differences on a page."""
    found = re.findall(r"<h[34][^>]*>(.*?)</h[34]>", staff.get(address).text, re.DOTALL)
    return [visible_text(one) for one in found]


def changes_of(action) -> str:
    return f"/staff/campaigns/{action.campaign_id}/changes/"


def test_a_new_question_is_shown_by_its_text_without_the_usual_settings(staff, action):
    save(action, fields(PLACE, **NEW))

    labels = labels_on(staff, changes_of(action))

    name = "Question “How are you involved?”:"
    assert sorted(one for one in labels if one.startswith("Question")) == [
        f"{name} Answer 1 (English)",
        f"{name} Answer 2 (English)",
        f"{name} Help (English)",
        f"{name} Question (English)",
        f"{name} Question (Russian)",
        f"{name} Type",
    ]
    assert PLACE not in visible_text(staff.get(changes_of(action)).text)


@pytest.mark.parametrize(
    ("preferred", "name"),
    [
        (["ru", "en"], "Как это касается вас?"),
        (["fr", "en"], "How are you involved?"),
        (["fr"], "How are you involved?"),
    ],
)
def test_a_question_is_named_in_the_language_of_the_page_or_in_the_source(preferred, name):
    content = fields(PLACE, **NEW)

    assert question_names([{}, content], preferred) == {PLACE: name}


def test_settings_of_a_new_question_that_differ_from_the_usual_ones_are_shown(staff, action):
    save(action, fields(PLACE, **(NEW | {"keep_days": 90, "is_required": True, "min_age": 16})))

    labels = " ".join(labels_on(staff, changes_of(action)))

    assert "How long answers are kept" in labels
    assert "An answer is required" in labels
    assert "Minimum age" not in labels, "a choice has none"


def test_a_removed_question_and_a_moved_one_are_named_by_their_texts(staff, action):
    ask(action, PLACE, INVOLVED)
    ask(action, WHY, position=1, en__label="Why?")
    remove(action, PLACE)
    save(action, fields(WHY, position=3))

    labels = labels_on(staff, changes_of(action))

    assert "Question “How are you involved?”: Type" in labels
    assert "Question “How are you involved?”: Position" not in labels
    assert "Question “Why?”: Position" in labels


def test_a_revision_names_questions_by_their_texts(staff, action):
    number = save(action, fields(PLACE, **NEW)).number

    path = f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/history/{number}/"
    labels = labels_on(staff, path)

    assert "Question “How are you involved?”: Type" in labels
    assert len(labels) == 6
