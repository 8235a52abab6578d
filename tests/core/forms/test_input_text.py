"""Input in any script is kept as typed; deceptive characters are found."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign_actions.core.forms.input_text import (
    forbidden_characters,
    is_visible,
    normalize_identifier,
    normalize_text,
)
from campaign_actions.core.i18n.bidi import END

LETTERS = st.characters(categories=["L", "M", "N"])
MARKS = st.sampled_from(["'", "’", "-", " ", "·", "\u200c", "\u200d", "👩\u200d👩\u200d👧"])
NAMES = st.lists(st.one_of(LETTERS, MARKS), min_size=1, max_size=30).map("".join)
DECEPTIVE = st.one_of(
    st.characters(categories=["Cc"]).filter(lambda c: c not in "\n\t"),
    st.characters(categories=["Cs"]),
    st.sampled_from("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufffd\ufffe\u2028"),
)
ISOLATED = st.recursive(
    NAMES,
    lambda inner: st.tuples(st.sampled_from("\u2066\u2067\u2068"), st.lists(inner, max_size=3)).map(
        lambda parts: f"{parts[0]}{''.join(parts[1])}{END}"
    ),
)


@given(NAMES)
def test_names_in_every_script_are_accepted(name):
    assert forbidden_characters(name) == set()


@given(NAMES)
def test_a_name_is_kept_except_for_composition_and_surrounding_space(name):
    assert normalize_text(f" {name}\r\n") == unicodedata.normalize("NFC", name).strip()


@pytest.mark.parametrize("control", ["\x1f", "\x85", "\x0b"])
def test_a_control_character_at_the_end_is_not_white_space(control):
    assert control in forbidden_characters(normalize_text(f"{control}Ada{control}"))


@given(NAMES)
def test_normalising_twice_changes_nothing(name):
    assert normalize_text(normalize_text(name)) == normalize_text(name)


@given(NAMES, DECEPTIVE, NAMES)
def test_deceptive_characters_are_found(before, deceptive, after):
    assert deceptive in forbidden_characters(before + deceptive + after)


@given(ISOLATED)
def test_paired_isolates_are_accepted_and_kept(name):
    assert forbidden_characters(name) == set()
    assert normalize_text(f" {name}\r\n") == unicodedata.normalize("NFC", name).strip()


@pytest.mark.parametrize(
    ("text", "unpaired"),
    [
        ("\u2067أحمد", "\u2067"),
        ("أحمد\u2069", "\u2069"),
        ("\u2069أحمد\u2068", "\u2068\u2069"),
        ("\u2066a\u2067b\u2069", "\u2066"),
        ("\u2066a\u2069\u2069", "\u2069"),
        ("\u2066a\nb\u2069", "\u2066\u2069"),
    ],
)
def test_an_unpaired_isolate_is_found_in_its_line(text, unpaired):
    assert forbidden_characters(text, multiline=True) == {*unpaired}


def test_isolates_copied_with_an_identifier_are_removed():
    assert normalize_identifier("\u2066ada@example.org\u2069 ") == "ada@example.org"


@pytest.mark.parametrize("text", ["\n", "\t"])
def test_line_breaks_are_allowed_only_in_multiline_text(text):
    assert forbidden_characters(text, multiline=True) == set()
    assert forbidden_characters(text) == {text}


@pytest.mark.parametrize("text", ["", " ", "\u200b", "\u200d\u2060", "\u00ad", "\u2067\u2069"])
def test_invisible_text_is_not_visible(text):
    assert not is_visible(text)


@pytest.mark.parametrize("text", ["Я", "’", "7", "👍", "न"])
def test_letters_digits_and_symbols_are_visible(text):
    assert is_visible(text)
