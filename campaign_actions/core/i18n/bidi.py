"""Bidirectional text: names, titles and addresses keep their own order inside a sentence.

Unicode isolates (UAX 9) do what <bdi> does, but also work where no element can: in titles, attributes,
subjects and plain text. Templates use <bdi> where they show a name beside other text.
"""

from collections.abc import Mapping

import regex

LTR, RTL, END = "\u2066", "\u2067", "\u2069"
STARTS = LTR + RTL + "\u2068"
ISOLATES = STARTS + END
LETTERS = {"ltr": regex.compile(r"\p{bc=L}"), "rtl": regex.compile(r"[\p{bc=R}\p{bc=AL}]")}
MARKS = {"ltr": LTR, "rtl": RTL}
OTHER = {"ltr": "rtl", "rtl": "ltr"}
ISOLATED = regex.compile(r"[\u2066-\u2068][^\u2066-\u2069]*\u2069")


def isolate_text(text: str, direction: str) -> str:
    """The text for use in a sentence of a direction: isolated if it has letters of the other direction.

    Its own direction is that of its first letter and most of its letters. So an Arabic headline that
    begins with “BBC” runs right to left, which <bdi> would get wrong, and so does an Arabic date
    followed by a time zone. Parts that are already isolated do not count, so isolating twice is safe.
    """
    letters = _without_isolates(text)
    if not _has_letters(letters, OTHER[direction]):
        return text
    return f"{MARKS[_direction_of(letters, direction)]}{text}{END}"


def isolate_values(values: Mapping[str, object], direction: str) -> dict[str, object]:
    """The values for the placeholders of a message. Markup is left as it is."""
    return {
        name: isolate_text(value, direction)
        if isinstance(value, str) and not hasattr(value, "__html__")
        else value
        for name, value in values.items()
    }


def unpaired_isolates(text: str) -> set[str]:
    """The isolates without a counterpart: they would change the order of the text around them.

    An isolate ends with its line at the latest (UAX 9, BD9), so each line is checked alone.
    """
    if text.isascii():
        return set()
    found = set()
    for line in text.split("\n"):
        pending = []
        for character in line:
            if character in STARTS:
                pending.append(character)
            elif character == END and pending:
                pending.pop()
            elif character == END:
                found.add(END)
        found |= {*pending}
    return found


def close_isolates(beginning: str) -> str:
    """The beginning of a truncated text, with an end for each isolate that it leaves open."""
    pending = 0
    for character in beginning.rpartition("\n")[2]:
        if character in STARTS:
            pending += 1
        elif character == END and pending:
            pending -= 1
    return beginning + END * pending


def _has_letters(text: str, direction: str) -> bool:
    if direction == "rtl" and text.isascii():
        return False  # a fast path for most texts
    return LETTERS[direction].search(text) is not None


def _direction_of(letters: str, around: str) -> str:
    """The direction of an isolated text; that of the sentence unless the other one clearly applies."""
    own, foreign = LETTERS[around], LETTERS[OTHER[around]]
    first_own, first_foreign = own.search(letters), foreign.search(letters)
    if first_own is None:
        return OTHER[around]
    begins_with_it = first_foreign is not None and first_foreign.start() < first_own.start()
    has_more = len(foreign.findall(letters)) > len(own.findall(letters))
    return OTHER[around] if begins_with_it and has_more else around


def _without_isolates(text: str) -> str:
    while END in text and (shorter := ISOLATED.sub("", text)) != text:
        text = shorter
    return text
