"""What people may type: every script stays as typed, nothing that tricks a reader passes."""

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
TRICKS = st.one_of(
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
def test_names_of_every_script_pass(name):
    assert forbidden_characters(name) == set()


@given(NAMES)
def test_a_name_is_kept_as_typed_but_for_its_composition_and_the_space_around_it(name):
    assert normalize_text(f" {name}\r\n") == unicodedata.normalize("NFC", name).strip()


@pytest.mark.parametrize("control", ["\x1f", "\x85", "\x0b"])
def test_a_control_character_at_an_end_is_not_taken_for_white_space(control):
    assert control in forbidden_characters(normalize_text(f"{control}Ada{control}"))


@given(NAMES)
def test_tidying_twice_changes_nothing(name):
    assert normalize_text(normalize_text(name)) == normalize_text(name)


@given(NAMES, TRICKS, NAMES)
def test_what_tricks_a_reader_or_a_program_is_found(before, trick, after):
    assert trick in forbidden_characters(before + trick + after)


@given(ISOLATED)
def test_isolates_in_pairs_pass_and_are_kept_as_typed(name):
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
def test_half_an_isolate_is_found_in_its_line(text, unpaired):
    assert forbidden_characters(text, multiline=True) == {*unpaired}


def test_what_is_no_wording_is_taken_without_the_isolates_that_were_copied_with_it():
    assert normalize_identifier("\u2066ada@example.org\u2069 ") == "ada@example.org"


@pytest.mark.parametrize("text", ["\n", "\t"])
def test_lines_may_break_only_where_there_are_several(text):
    assert forbidden_characters(text, multiline=True) == set()
    assert forbidden_characters(text) == {text}


@pytest.mark.parametrize("text", ["", " ", "\u200b", "\u200d\u2060", "\u00ad", "\u2067\u2069"])
def test_what_nobody_can_see_is_no_name(text):
    assert not is_visible(text)


@pytest.mark.parametrize("text", ["Я", "’", "7", "👍", "न"])
def test_what_can_be_seen_is(text):
    assert is_visible(text)
