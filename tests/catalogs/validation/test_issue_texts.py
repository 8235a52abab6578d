"""Each refusal says what is wrong and what to do, whoever reads it."""

import re
from pathlib import Path

import pytest

from campaign_actions.catalogs.validation import rules, validate
from campaign_actions.catalogs.validation.issue_texts import (
    ISSUE_TEXTS,
    KIND_NAMES,
    IssueText,
    form_examples,
    issue_text,
)
from campaign_actions.catalogs.validation.validate import issues
from campaign_actions.core.i18n.message import Issue, Message

SOURCES = [*Path(rules.__file__).parent.glob("*.py"), Path(validate.__file__)]


@pytest.fixture(autouse=True)
def _request(app):
    with app.test_request_context("/en/"):
        yield


def words(source, text, locale="fr", **more):
    return [issue_text(each) for each in issues(Message(source=source, **more), (text,), locale)]


def test_each_fault_that_is_found_has_words_and_no_others_are_written():
    found = {code for path in SOURCES for code in re.findall(r'Issue\("(\w+)"', path.read_text())}

    assert found == {*ISSUE_TEXTS}


def test_a_placeholder_is_named_with_what_to_do():
    assert words("Hello %(name)s", "Bonjour %(nom)s") == [
        IssueText("%(nom)s is not in the source.", "Remove it. The source has: %(name)s."),
        IssueText("Missing: %(name)s.", "Copy it from the source to where its value should stand."),
    ]


def test_a_percent_sign_is_told_to_be_written_twice_and_shown_so():
    (told,) = words("All", "100 %")

    assert told.remedy == "Write the word for per cent, or %% if the source has a placeholder."


def test_what_the_source_has_none_of_is_said_in_words():
    (told,) = words("Hello", "Bonjour %(nom)s")

    assert told.remedy == "Remove it. The source has: nothing."


def test_structure_scripts_and_characters_have_names():
    told = [
        *words("They wait.", "## Ils\n\n> attendent", markup="markdown"),
        *words("They wait for us.", "Они ждут нас."),
        *words("They wait.", "Ils \u202eattendent."),
    ]

    assert [each.what for each in told] == [
        "Not in the source: a heading with ##, a quote.",
        "It is written in Cyrillic letters; the language of the catalog is in Latin.",
        "Hidden characters turn text around: U+202E RIGHT-TO-LEFT OVERRIDE.",
    ]


def test_what_somebody_wrote_is_shown_shortened():
    (told,) = words("Hello", "<" + "b" * 75 + ">")

    assert told.what == f"Not in the source: <{'b' * 58}…."


def test_every_kind_of_structure_can_be_named():
    told = issue_text(Issue("structure_missing", {"kinds": [*KIND_NAMES, "h1", "h6"]}))

    assert told.what.count(",") == len(KIND_NAMES) + 1


def test_a_form_is_named_by_its_numbers():
    assert (form_examples("ru", 0), form_examples("ar", 1)) == ("1, 21, 31, 41 …", "1")
