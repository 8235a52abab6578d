"""Every issue has a text that says what is wrong and what to do."""

import re
from pathlib import Path

import pytest

from campaign_actions.catalogs.validation import rules, validate_translation
from campaign_actions.catalogs.validation.issue_texts import (
    ISSUE_TEXTS,
    KIND_NAMES,
    IssueText,
    form_examples,
    issue_text,
)
from campaign_actions.catalogs.validation.validate_translation import issues
from campaign_actions.core.i18n.message import Issue, Message

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
SOURCES = [*Path(rules.__file__).parent.glob("*.py"), Path(validate_translation.__file__)]


@pytest.fixture(autouse=True)
def _request(app):
    with app.test_request_context("/en/"):
        yield


def texts_for(source, text, locale="fr", **more):
    return [issue_text(each) for each in issues(Message(source=source, **more), (text,), locale)]


def test_every_issue_has_a_text_and_every_text_an_issue():
    found = {code for path in SOURCES for code in re.findall(r'Issue\("(\w+)"', path.read_text())}

    assert found == {*ISSUE_TEXTS}


def test_a_placeholder_is_named_with_a_remedy():
    assert texts_for("Hello %(name)s", "Bonjour %(nom)s") == [
        IssueText(
            "%(nom)s is not in the source text.",
            "Remove it. Placeholders in the source text: %(name)s.",
        ),
        IssueText(
            "Missing: %(name)s.", "Copy it from the source text to where its value should appear."
        ),
    ]


def test_the_remedy_for_a_percent_sign_shows_it_doubled():
    (text,) = texts_for("All", "100 %")

    assert text.remedy == (
        "Write the word for “per cent”. If the source text has a placeholder, you can write %% instead."
    )


def test_an_empty_list_is_called_none():
    (text,) = texts_for("Hello", "Bonjour %(nom)s")

    assert text.remedy == "Remove it. Placeholders in the source text: none."


def test_structure_scripts_and_characters_have_names():
    text = [
        *texts_for("They wait.", "## Ils\n\n> attendent", markup="markdown"),
        *texts_for("They wait for us.", "Они ждут нас."),
        *texts_for("They wait.", "Ils \u202eattendent."),
    ]

    assert [each.what for each in text] == [
        "Not in the source text: a heading with ##, a quote.",
        "This is written in Cyrillic letters, but the language uses Latin.",
        "Hidden characters change the direction of the text: U+202E RIGHT-TO-LEFT OVERRIDE.",
    ]


def test_long_quotes_are_shortened():
    (text,) = texts_for("Hello", "<" + "b" * 75 + ">")

    assert text.what == f"Not in the source text: <{'b' * 58}…."


def test_every_kind_of_block_has_a_name():
    text = issue_text(Issue("structure_missing", {"kinds": [*KIND_NAMES, "h1", "h6"]}))

    assert text.what.count(",") == len(KIND_NAMES) + 1


def test_a_plural_form_is_described_by_its_numbers():
    assert (form_examples("ru", 0), form_examples("ar", 1)) == ("1, 21, 31, 41 …", "1")
