"""Words of the other direction inside a sentence: a name, a title, an address keeps its own order.

Unicode's isolates (UAX 9) do what <bdi> does, and also where no element can stand: in titles,
attributes, subjects and plain text. Where a template writes a name beside others, it uses <bdi>.
"""

from collections.abc import Mapping
from typing import Any

import regex

LTR, RTL, END = "\u2066", "\u2067", "\u2069"
BEGIN = LTR + RTL + "\u2068"
ISOLATES = BEGIN + END
LETTERS = {"ltr": regex.compile(r"\p{bc=L}"), "rtl": regex.compile(r"[\p{bc=R}\p{bc=AL}]")}
MARKS = {"ltr": LTR, "rtl": RTL}
OTHER = {"ltr": "rtl", "rtl": "ltr"}
SET_APART = regex.compile(r"[\u2066-\u2068][^\u2066-\u2069]*\u2069")


def isolated(text: str, direction: str) -> str:
    """The text as it stands in a sentence of a direction: set apart if it has letters of the other.

    It runs in the other direction if its first letter does, and most of its letters: an Arabic
    headline that begins with “BBC” runs from the right, which <bdi> would get wrong, and so does an
    Arabic date with the name of a zone behind it. What is set apart in it already does not count,
    so that nothing is done twice.
    """
    letters = _without_isolates(text)
    if not _has_letters(letters, OTHER[direction]):
        return text
    return f"{MARKS[_direction_of(letters, direction)]}{text}{END}"


def isolated_values(values: Mapping[str, Any], direction: str) -> dict[str, Any]:
    """What is filled into a message. Markup is left alone: whoever wrote it has seen to that."""
    return {
        name: isolated(value, direction)
        if isinstance(value, str) and not hasattr(value, "__html__")
        else value
        for name, value in values.items()
    }


def unpaired_isolates(text: str) -> set[str]:
    """Those that begin or end nothing: what stands beside the text would be turned with it.

    An isolate ends with its line, at the latest (UAX 9, BD9), so each line is looked at by itself.
    """
    if text.isascii():
        return set()
    found = set()
    for line in text.split("\n"):
        pending = []
        for character in line:
            if character in BEGIN:
                pending.append(character)
            elif character == END and pending:
                pending.pop()
            elif character == END:
                found.add(END)
        found |= {*pending}
    return found


def closed(beginning: str) -> str:
    """The beginning of a longer text, with an end for each isolate that was cut off from its own."""
    pending = 0
    for character in beginning.rpartition("\n")[2]:
        if character in BEGIN:
            pending += 1
        elif character == END and pending:
            pending -= 1
    return beginning + END * pending


def _has_letters(text: str, direction: str) -> bool:
    if direction == "rtl" and text.isascii():
        return False  # seen at once of most texts
    return LETTERS[direction].search(text) is not None


def _direction_of(letters: str, around: str) -> str:
    """The other one, if the first letter has it, and most letters."""
    own, foreign = LETTERS[around], LETTERS[OTHER[around]]
    first_own, first_foreign = own.search(letters), foreign.search(letters)
    if first_own is None:
        return OTHER[around]
    begins_with_it = first_foreign is not None and first_foreign.start() < first_own.start()
    has_more = len(foreign.findall(letters)) > len(own.findall(letters))
    return OTHER[around] if begins_with_it and has_more else around


def _without_isolates(text: str) -> str:
    while END in text and (shorter := SET_APART.sub("", text)) != text:
        text = shorter
    return text
