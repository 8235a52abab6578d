"""Case-insensitive search in every script; SQLite's lower() is for ASCII only.

The search is a pattern that lists all forms of each letter, which both databases support: `ада` becomes
`[аА][дД][аА]`.
"""

from collections import defaultdict
from functools import cache
from itertools import chain

from sqlalchemy import ColumnElement, literal

# Where Unicode has letters with case.
HAVE_CASES = (range(0x20, 0x3000), range(0xA640, 0xAC00), range(0xFF20, 0xFF60))
ALIKE = ("iIıİ", "еЕёЁ", "'’ʼ`")  # Turkish has four kinds of i; Russian often omits the dots of ё


def contains(column: ColumnElement[str], text: str, dialect: str) -> ColumnElement[bool]:
    """The SQL condition that a column contains a text, ignoring case."""
    if dialect == "postgresql":
        return column.op("~")(literal("".join(map(_in_regex, text))))
    return column.op("GLOB")(literal(f"*{''.join(map(_in_glob, text))}*"))


def _in_glob(letter: str) -> str:
    same = _same(letter)
    return f"[{same}]" if len(same) > 1 or letter in "*?[" else letter


def _in_regex(letter: str) -> str:
    same = _same(letter)
    if len(same) > 1:
        return f"[{same}]"
    is_plain = letter.isalnum() or not letter.isascii()
    return letter if is_plain else f"\\{letter}"


def _same(letter: str) -> str:
    """All forms of this letter; none of them is special within brackets."""
    return _families().get(_folded(letter), letter)


def _folded(letter: str) -> str:
    """The letter that represents a family; letters that fold to two characters stay as they are."""
    for family in ALIKE:
        if letter in family:
            return family[0]
    return next((one for one in (letter.casefold(), letter.lower()) if len(one) == 1), letter)


@cache
def _families() -> dict[str, str]:
    """All letters with several forms, by the letter that represents them."""
    found = defaultdict(list)
    for letter in map(chr, chain.from_iterable(HAVE_CASES)):
        found[_folded(letter)].append(letter)
    return {folded: "".join(letters) for folded, letters in found.items() if len(letters) > 1}
