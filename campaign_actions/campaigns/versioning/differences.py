"""Differences between two contents, field by field and word by word.

The history shows them between two revisions, and publishing between what is public and a draft.
"""

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from campaign_actions.campaigns.versioning.three_way_merge import Content

WORD = re.compile(r"\s+|[^\s]+")
# Or an item of a list, with the empty lines after it.
PARAGRAPH = re.compile(r"[^\n]*(?:\n(?![-*+>#:]|\d+[.)])[^\n]+)*\n*")
MAX_DIFF_WORDS = 4000  # longer passages are compared as a whole
MIN_FOLDED = 120  # letters; less that did not change is shown
Match = tuple[str, str, str]  # its kind as difflib says it, and the text before and after
Pieces = tuple[tuple[str, str], ...]  # `same`, `gone` or `new`, and the text


@dataclass(frozen=True)
class Passage:
    """Changed paragraphs with the ones before and after, or, if `is_same`, those between them."""

    pieces: Pieces
    is_same: bool = False

    @property
    def text(self) -> str:
        return "".join(text for _kind, text in self.pieces)

    def count(self) -> int:
        """How many paragraphs it has."""
        return len(_paragraphs(self.text))


@dataclass(frozen=True)
class Difference:
    """A field that differs."""

    name: str
    pieces: Pieces

    @property
    def passages(self) -> list[Passage]:
        return list(passages(self.pieces))


def differences(
    old: Content, new: Content, in_words: Callable[[str, Any], str]
) -> list[Difference]:
    """The fields that differ, by name. `in_words` formats a value for reading."""
    found = []
    for name in sorted({*old, *new}):
        before, after = (in_words(name, content.get(name)) for content in (old, new))
        if before.rstrip() != after.rstrip():
            before, after = before.rstrip(), after.rstrip()  # a line end there is none to a reader
        if before != after:
            found.append(Difference(name, tuple(diff_pieces(before, after))))
    return found


def text_differences(old: Content, new: Content, names: Iterable[str]) -> dict[str, Difference]:
    """Those of the named fields that are texts in both, by name."""
    texts = [
        name for name in names if isinstance(old.get(name), str) and isinstance(new.get(name), str)
    ]
    before, after = ({name: content[name] for name in texts} for content in (old, new))
    return {one.name: one for one in differences(before, after, lambda _name, text: str(text))}


def changed_fields(old: Content, new: Content) -> list[str]:
    """The names of the fields that differ. No value and an empty text are the same to a reader."""
    return [name for name in sorted({*old, *new}) if _value(old, name) != _value(new, name)]


def diff_pieces(old: str, new: str) -> Iterator[tuple[str, str]]:
    """Compare line by line, and changed lines word by word."""
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    for kind, left, right in _matched(before, after):
        lines = WORD.findall(left), WORD.findall(right)
        if kind != "replace" or max(map(len, lines)) > MAX_DIFF_WORDS:
            yield from _pieces(kind, left, right)
            continue
        for inner, gone, come in _without_gaps(_matched(*lines)):
            yield from _pieces(inner, gone, come)


def passages(pieces: Iterable[tuple[str, str]]) -> Iterator[Passage]:
    """A text in its order, so that the long parts that did not change can be folded away."""
    runs = [(is_same, list(run)) for is_same, run in groupby(pieces, lambda one: one[0] == "same")]
    shown: list[tuple[str, str]] = []
    is_whole = True  # whether what follows begins with a paragraph
    for place, (is_same, run) in enumerate(runs):
        if not is_same:
            shown += run
            is_whole = all(text.endswith("\n\n") for _kind, text in run)
            continue
        text = "".join(text for _kind, text in run)
        before = 0 if place == 0 else 1 if is_whole else 2
        after = 0 if place == len(runs) - 1 else 1 if text.endswith("\n\n") else 2
        above, between, below = _split(text, before, after)
        if len(between) < MIN_FOLDED:
            shown.append(("same", text))
            continue
        if above:
            shown.append(("same", above))
        if shown:
            yield Passage(tuple(shown))
        yield Passage((("same", between),), is_same=True)
        shown = [("same", below)] if below else []
    if shown:
        yield Passage(tuple(shown))


def _split(text: str, before: int, after: int) -> tuple[str, str, str]:
    """Its first and its last paragraphs, and those between them."""
    parts = _paragraphs(text)
    end = max(before, len(parts) - after)
    return "".join(parts[:before]), "".join(parts[before:end]), "".join(parts[end:])


def _paragraphs(text: str) -> list[str]:
    return [part for part in PARAGRAPH.findall(text) if part]


def _value(content: Content, name: str) -> Any:
    value = content.get(name)
    return "" if value is None else value


def _matched(before: Sequence[str], after: Sequence[str]) -> Iterator[Match]:
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for kind, start, end, other_start, other_end in matcher.get_opcodes():
        yield kind, "".join(before[start:end]), "".join(after[other_start:other_end])


def _without_gaps(found: Iterable[Match]) -> Iterator[Match]:
    """Changed words with nothing but spaces between them are one change."""
    run: list[Match] = []
    for match in found:
        kind, _left, text = match
        if kind != "equal" or (run and text.isspace() and "\n" not in text):
            run.append(match)
            continue
        yield from _join(run)
        run = []
        yield match
    yield from _join(run)


def _join(run: list[Match]) -> Iterator[Match]:
    """A run of changes, with the spaces after the last one apart."""
    end = len(run)
    while end and run[end - 1][0] == "equal":
        end -= 1
    gone, come = ("".join(match[side] for match in run[:end]) for side in (1, 2))
    if gone.strip() and come.strip():
        yield "replace", gone, come
    else:
        yield from run[:end]
    yield from run[end:]


def _pieces(kind: str, gone: str, come: str) -> Iterator[tuple[str, str]]:
    if kind == "equal":
        yield "same", come
        return
    if gone:
        yield "gone", gone
    if come:
        yield "new", come
