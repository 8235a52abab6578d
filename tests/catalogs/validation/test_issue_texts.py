"""Each refusal says what is wrong and what to do, whoever reads it."""

import re
from pathlib import Path

import pytest

from campaign_actions.catalogs.validation import rules, validate
from campaign_actions.catalogs.validation.issue_texts import (
    FAULTS,
    KINDS,
    Words,
    fault_words,
    form_words,
)
from campaign_actions.catalogs.validation.validate import Issue, faults
from campaign_actions.core.i18n.message import Message

SOURCES = [*Path(rules.__file__).parent.glob("*.py"), Path(validate.__file__)]


@pytest.fixture(autouse=True)
def _request(app):
    with app.test_request_context("/en/"):
        yield


def words(source, text, locale="fr", **more):
    return [fault_words(each) for each in faults(Message(source=source, **more), (text,), locale)]


def test_each_fault_that_is_found_has_words_and_no_others_are_written():
    found = {code for path in SOURCES for code in re.findall(r'Issue\("(\w+)"', path.read_text())}

    assert found == {*FAULTS}


def test_a_placeholder_is_named_with_what_to_do():
    assert words("Hello %(name)s", "Bonjour %(nom)s") == [
        Words("%(nom)s is not in the source.", "Remove it. The source has: %(name)s."),
        Words("Missing: %(name)s.", "Copy it from the source to where its value should stand."),
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
    told = fault_words(Issue("structure_missing", {"kinds": [*KINDS, "h1", "h6"]}))

    assert told.what.count(",") == len(KINDS) + 1


def test_a_form_is_named_by_its_numbers():
    assert (form_words("ru", 0), form_words("ar", 1)) == ("1, 21, 31, 41 …", "1")
