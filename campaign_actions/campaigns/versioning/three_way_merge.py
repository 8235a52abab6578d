"""Merging two concurrent edits field by field, against the content that both started from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# The values of a campaign or an action by field name, like `texts.en.title`. Missing: no value.
Content = Mapping[str, Any]


@dataclass(frozen=True)
class Merged:
    """`taken`: fields that only they changed. `clashes`: fields that both changed differently."""

    content: dict[str, Any]
    taken: tuple[str, ...]
    clashes: tuple[str, ...]


def merge(base: Content, mine: Content, theirs: Content) -> Merged:
    """Take what only one side has changed. In a clash `content` keeps my value."""
    content: dict[str, Any] = {}
    taken, clashes = [], []
    for name in sorted({*base, *mine, *theirs}):
        began, my, their = base.get(name), mine.get(name), theirs.get(name)
        if began is None and their == "" and my is not None:
            began = ""  # a revision from before there was such a text
        value = my
        if my in (began, their):
            value = their
            if their != began and my == began:
                taken.append(name)
        elif their != began:
            clashes.append(name)
        if value is not None or name in theirs:
            content[name] = value
    return Merged(content, tuple(taken), tuple(clashes))
