"""Merging what two people wrote at the same time, field by field, against what both began with."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# A campaign or an action as plain values by the names of its fields, like `texts.en.title`.
# A field that is not there has no value.
Content = Mapping[str, Any]


@dataclass(frozen=True)
class Merged:
    """`content` is everything, `taken` what is theirs, `clashes` what both have changed differently."""

    content: dict[str, Any]
    taken: tuple[str, ...]
    clashes: tuple[str, ...]


def merge(base: Content, mine: Content, theirs: Content) -> Merged:
    """Three ways: what one side alone has changed is taken; in a clash `content` holds mine."""
    content: dict[str, Any] = {}
    taken, clashes = [], []
    for name in sorted({*base, *mine, *theirs}):
        began, my, their = base.get(name), mine.get(name), theirs.get(name)
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
