"""Differences between two texts, and between two contents."""

import pytest

from campaign_actions.campaigns.versioning.differences import (
    changed_fields,
    diff_pieces,
    passages,
)

LINES = [
    f"Paragraph {number} has some words in it, as it has in a real text." for number in range(12)
]
TEXT = "\n\n".join(LINES)


def shown_of(old: str, new: str) -> list[str]:
    """Each passage as a text of the paragraphs in it, or how many are folded."""
    found = passages(diff_pieces(old, new))
    return [f"({one.count()})" if one.is_same else one.text.strip() for one in found]


def test_long_texts_are_compared_quickly():
    old = "\n\n".join(f"paragraph {n} " + "word " * 20 for n in range(300))
    new = old.replace("paragraph 150", "chapter 150")

    found = [piece for piece in diff_pieces(old, new) if piece[0] != "same"]

    assert found == [("gone", "paragraph"), ("new", "chapter")]


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        (
            "We ask for it now.",
            "They beg us now.",
            [("gone", "We ask for it"), ("new", "They beg us")],
        ),
        ("a b c", "a x b y c", [("new", " x"), ("new", "y ")]),
        (
            "one two\nthree",
            "uno dos\ntres",
            [("gone", "one two"), ("new", "uno dos"), ("gone", "three"), ("new", "tres")],
        ),
    ],
)
def test_words_beside_each_other_are_one_change(old, new, changes):
    pieces = list(diff_pieces(old, new))

    assert [piece for piece in pieces if piece[0] != "same"] == changes
    assert "".join(text for kind, text in pieces if kind != "new") == old
    assert "".join(text for kind, text in pieces if kind != "gone") == new


def test_the_fields_that_changed_are_named_and_an_empty_text_is_like_none():
    old = {"texts.en.title": "One", "goal": 0, "texts.ru.title": None}
    new = {"texts.en.title": "Two", "goal": 0, "texts.ru.title": "", "texts.fr.title": "Un"}

    assert changed_fields(old, new) == ["texts.en.title", "texts.fr.title"]


def test_of_a_long_text_the_changed_paragraph_and_its_neighbours_are_shown():
    new = TEXT.replace("Paragraph 5 has", "Paragraph 5 had")

    shown = shown_of(TEXT, new)

    changed = LINES[5].replace("has some", "hashad some", 1)
    assert shown == ["(4)", "\n\n".join([LINES[4], changed, LINES[6]]), "(5)"]


def test_a_new_paragraph_is_shown_between_its_neighbours():
    new = TEXT.replace(LINES[6], f"New.\n\n{LINES[6]}")

    shown = shown_of(TEXT, new)

    assert shown == ["(5)", "\n\n".join([LINES[5], "New.", LINES[6]]), "(5)"]


@pytest.mark.parametrize(
    ("old", "new"),
    [("One", "Two"), ("", TEXT), (TEXT, ""), ("A\nB\nC\nD\nE", "A\nB\nC\nD\nF")],
)
def test_little_and_what_is_new_as_a_whole_is_not_folded(old, new):
    assert len(shown_of(old, new)) == 1


@pytest.mark.parametrize("changed", [0, 1, 6, 10, 11])
def test_folding_loses_nothing(changed):
    new = "\n\n".join([*LINES[:changed], "Something else.", *LINES[changed + 1 :]])

    pieces = [piece for passage in passages(diff_pieces(TEXT, new)) for piece in passage.pieces]

    assert "".join(text for kind, text in pieces if kind != "new") == TEXT
    assert "".join(text for kind, text in pieces if kind != "gone") == new
