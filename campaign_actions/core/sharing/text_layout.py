"""Breaks a text into lines of about equal length, as large as fits into a box."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from campaign_actions.core.sharing.render import widths

SPACE = 0.25  # of the font size: the width of a space, and a little more
ELLIPSIS = "…"

Word = tuple[str, float]  # with its width, as a multiple of the font size
Line = list[Word]


@dataclass(frozen=True)
class TextBlock:
    """Lines of text, their font size, and the distance from line to line, both in pixels."""

    lines: tuple[str, ...]
    size: int
    leading: float

    @property
    def height(self) -> float:
        return self.leading * len(self.lines)


def fit_text(
    text: str, *, weight: int, width: float, height: float, sizes: tuple[int, ...], leading: float
) -> TextBlock:
    """The text in the largest of `sizes` (largest first) with which it fits into the box.

    In the smallest one, words that are too wide are divided, and what does not fit is cut off.
    `leading` is a multiple of the size. Raises DrawingFailed.
    """
    words = _measured(text.split(), weight)
    for size in sizes:
        lines = _balanced(words, width / size)
        is_narrow = all(_width(line) * size <= width for line in lines)
        if is_narrow and len(lines) * size * leading <= height:
            return _block(lines, size, leading)
    size = sizes[-1]
    pieces = list(chain.from_iterable(_divided(word, width / size, weight) for word in words))
    lines = _balanced(pieces, width / size)
    room = max(1, int(height / (size * leading)))
    if len(lines) > room:
        lines = [*lines[: room - 1], [*lines[room - 1][:-1], (ELLIPSIS, 0)]]
    return _block(lines, size, leading)


def _measured(words: list[str], weight: int) -> list[Word]:
    return list(zip(words, widths(tuple(words), weight), strict=True))


def _balanced(words: list[Word], limit: float) -> list[Line]:
    """As few lines as possible within `limit`, as narrow as that number of lines allows."""
    best = _filled(words, limit)
    low, high = 0.0, limit
    while high - low > 0.1:
        middle = (low + high) / 2
        lines = _filled(words, middle)
        if len(lines) > len(best) or max(map(_width, lines), default=0) > middle:
            low = middle
        else:
            best, high = lines, middle
    return best


def _filled(words: list[Word], limit: float) -> list[Line]:
    """Each line has as many words as fit, and at least one."""
    lines: list[Line] = []
    for word in words:
        if lines and _width([*lines[-1], word]) <= limit:
            lines[-1].append(word)
        else:
            lines.append([word])
    return lines


def _width(line: Line) -> float:
    return sum(width for _word, width in line) + SPACE * (len(line) - 1)


def _divided(word: Word, limit: float, weight: int) -> Iterator[Word]:
    """The word in halves, and these in halves, until each is narrow enough."""
    text, width = word
    if width <= limit or len(text) < 2:
        yield word
        return
    middle = len(text) // 2
    for half in _measured([text[:middle], text[middle:]], weight):
        yield from _divided(half, limit, weight)


def _block(lines: list[Line], size: int, leading: float) -> TextBlock:
    texts = tuple(" ".join(word for word, _width in line) for line in lines)
    return TextBlock(texts, size, size * leading)
