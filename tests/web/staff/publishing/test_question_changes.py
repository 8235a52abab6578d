"""Questions on the page of the changes and in a revision: named by their text, without usual settings."""

import re

import pytest

from campaign_actions.actions.models import OWN_QUESTIONS
from campaign_actions.actions.personal_data.later_uses import set_covered
from campaign_actions.actions.questions.differences import question_names
from campaign_actions.actions.questions.stored import questions_in
from campaign_actions.core.content.html_document import parse_document
from tests.support.factories import NOON, make_action
from tests.support.page_text import visible_text
from tests.support.questions import INVOLVED, PLACE, WHY, ask, content_of, fields, remove, save
from tests.support.staff_client import token_of

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


def labels_on(staff, address: str) -> list[str]:
    """The labels of the differences on a page."""
    found = re.findall(r"<h[34][^>]*>(.*?)</h[34]>", staff.get(address).text, re.DOTALL)
    return [visible_text(one) for one in found]


def changes_of(action) -> str:
    return f"/staff/campaigns/{action.campaign_id}/changes/"


def test_a_question_without_translations_is_one_problem_with_a_link_for_each_language(staff):
    action = make_action(locales=("en", "ru", "fr"))
    for locale in ("en", "ru", "fr"):
        set_covered("petition", locale, {OWN_QUESTIONS: 1}, now=NOON)
    before = problems_on(staff, action)
    save(action, fields(WHY, type="text", en__label="Why?"))

    page = parse_document(staff.get(changes_of(action)).text)

    (row,) = page.xpath("//li[contains(., 'not complete: Why?')]")
    links = {one.text_content(): one.get("href") for one in row.xpath(".//ul//a")}
    there = f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/questions/{WHY}/"
    assert links == {
        name: f"{there}?right={tag}#questions.{WHY}.{tag}.label"
        for name, tag in (("Russian", "ru"), ("French", "fr"))
    }
    assert len(row.xpath(".//cite")) == 1
    assert problems_on(staff, action) == before + 1


def problems_on(staff, action) -> int:
    found = re.search(r"(\d+) problems? to fix\.", staff.get(changes_of(action)).text)
    return int(found[1]) if found else 0


def test_a_new_question_is_shown_by_its_text_without_the_usual_settings(staff, action):
    save(action, fields(PLACE, **NEW))

    page = staff.get(changes_of(action)).text

    labels = [one for one in labels_on(staff, changes_of(action)) if "uestion" in one]
    assert labels == ["New question “How are you involved?”"]
    facts = dict(re.findall(r"<dt>(.*?)</dt><dd[^>]*>(.*?)</dd>", page))
    assert facts == {
        "Question (English)": "How are you involved?",
        "Question": "Как это касается вас?",
        "Help (English)": "We count how many people saw it.",
        "Answer 1 (English)": "I saw it",
        "Answer 2 (English)": "I want to help",
        "Type": "Choice",
        "Recipients of the answers": "Only our team",
        "How long answers are kept": "As long as the rest of the data",
        "Order of the answers": "Answer 2, Answer 1",
    }
    assert "Publish 1 change" in page
    assert PLACE not in visible_text(page)


def test_new_questions_are_in_the_order_of_the_form(staff, action):
    last, first = sorted((PLACE, WHY))
    save(action, fields(last, type="text", position=2, en__label="The second"))
    save(action, fields(first, type="text", position=1, en__label="The first"))

    labels = [one for one in labels_on(staff, changes_of(action)) if "uestion" in one]

    assert labels == ["New question “The first”", "New question “The second”"]


def test_the_other_languages_of_a_new_question_are_folded_unless_one_is_chosen(staff, action):
    save(action, fields(PLACE, **NEW))

    def folds(**query: str) -> list[tuple[str, bool]]:
        page = parse_document(staff.get(changes_of(action), query_string=query).text)
        found = page.xpath("//details[contains(@class, 'fold2')][.//dl]")
        return [(one.xpath("string(summary)"), one.get("open") is not None) for one in found]

    assert folds() == [("Russian", False)]
    assert folds(language="ru") == [("Russian", True)]
    assert folds(language="en") == []


def test_a_new_question_is_among_the_changes_of_each_language_that_it_has(staff, action):
    save(action, fields(PLACE, **NEW))

    for language, is_shown in (("en", True), ("ru", True), ("fr", False)):
        page = staff.get(changes_of(action), query_string={"language": language}).text
        assert ("New question" in page) is is_shown


def test_a_new_question_is_undone_as_a_whole(staff, action):
    save(action, fields(PLACE, **NEW))
    page = staff.get(changes_of(action)).text
    seen = re.search(r'name="seen" value="([^"]+)"', page)[1]
    form = {"csrf_token": token_of(page), "seen": seen, "field": f"questions.{PLACE}"}

    answer = staff.post(f"{changes_of(action)}undo/", data=form)

    assert answer.status_code == 303
    assert questions_in(content_of(action)) == {}


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

    shown = visible_text(staff.get(changes_of(action)).text)

    assert "How long answers are kept For 90 days after taking part" in shown
    assert "An answer is required yes" in shown
    assert "Minimum age" not in shown, "a choice has none"


def test_a_removed_question_and_a_moved_one_are_named_by_their_texts(staff, action):
    ask(action, PLACE, INVOLVED)
    ask(action, WHY, position=1, en__label="Why?")
    remove(action, PLACE)
    save(action, fields(WHY, position=3))

    labels = labels_on(staff, changes_of(action))

    assert "Removed question “How are you involved?”" in labels
    assert not any("involved?”:" in label for label in labels)
    assert "Question “Why?”: Position" in labels


def test_a_revision_names_questions_by_their_texts(staff, action):
    number = save(action, fields(PLACE, **NEW)).number

    path = f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/history/{number}/"
    labels = labels_on(staff, path)

    assert labels == ["New question “How are you involved?”"]
