"""Words of the other direction inside a sentence: a name, a title, an address keeps its own order.

Unicode's isolates (UAX 9) do what <bdi> does, and also where no element can stand: in titles,
attributes, subjects and plain text. Where a template writes a name beside others, it uses <bdi>.
"""

from collections.abc import Mapping
from typing import Any

import regex

LTR, RTL, END = "\u2066", "\u2067", "\u2069"
ISOLATES = LTR + RTL + "\u2068" + END
FROM_THE_LEFT = regex.compile(r"\p{bc=L}")
FROM_THE_RIGHT = regex.compile(r"[\p{bc=R}\p{bc=AL}]")
SET_APART = regex.compile(r"[\u2066-\u2068][^\u2066-\u2069]*\u2069")


def isolated(text: str, direction: str) -> str:
    """The text as it stands in a sentence of a direction: set apart if it has letters of the other.

    Its own direction is that of most of its letters, not of the first as <bdi> has it: in an
    Arabic headline that begins with “BBC” that would be the wrong one. What is set apart in it
    already does not count, so that nothing is done twice.
    """
    letters = _without_isolates(text)
    if not _has_foreign(letters, direction):
        return text
    from_the_right = len(FROM_THE_RIGHT.findall(letters)) > len(FROM_THE_LEFT.findall(letters))
    return f"{RTL if from_the_right else LTR}{text}{END}"


def isolated_values(values: Mapping[str, Any], direction: str) -> dict[str, Any]:
    """What is filled into a message. Markup is left alone: whoever wrote it has seen to that."""
    return {
        name: isolated(value, direction)
        if isinstance(value, str) and not hasattr(value, "__html__")
        else value
        for name, value in values.items()
    }


def _has_foreign(letters: str, direction: str) -> bool:
    if direction == "ltr":
        return not letters.isascii() and FROM_THE_RIGHT.search(letters) is not None
    return FROM_THE_LEFT.search(letters) is not None


def _without_isolates(text: str) -> str:
    while END in text and (shorter := SET_APART.sub("", text)) != text:
        text = shorter
    return text
