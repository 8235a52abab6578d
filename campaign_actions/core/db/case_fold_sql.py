"""Finding names whatever their case, in every script: SQLite's lower() knows ASCII only.

A pattern names each letter with all that are read as it, and both databases understand that much:
`ада` becomes `[аА][дД][аА]`.
"""

from collections import defaultdict
from functools import cache
from itertools import chain
from typing import Any

from sqlalchemy import literal

# Where Unicode has letters with cases; of all others each is itself.
HAVE_CASES = (range(0x20, 0x3000), range(0xA640, 0xAC00), range(0xFF20, 0xFF60))
ALIKE = ("iIıİ", "еЕёЁ", "'’ʼ`")  # Turkish has four; Russian texts leave out two dots


def contains(column: Any, words: str, dialect: str) -> Any:
    """The SQL condition that a text holds these letters, whatever their case."""
    if dialect == "postgresql":
        return column.op("~")(literal("".join(map(_in_regex, words))))
    return column.op("GLOB")(literal(f"*{''.join(map(_in_glob, words))}*"))


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
    """All letters that are read as this one; none of them means anything within brackets."""
    return _families().get(_folded(letter), letter)


def _folded(letter: str) -> str:
    """One letter for all of a family; those that fold into two stay as they are."""
    for family in ALIKE:
        if letter in family:
            return family[0]
    return next((one for one in (letter.casefold(), letter.lower()) if len(one) == 1), letter)


@cache
def _families() -> dict[str, str]:
    """The letters with more than one form, by the one that stands for all; made once a process."""
    found = defaultdict(list)
    for letter in map(chr, chain.from_iterable(HAVE_CASES)):
        found[_folded(letter)].append(letter)
    return {folded: "".join(letters) for folded, letters in found.items() if len(letters) > 1}
