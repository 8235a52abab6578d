"""A small chart without axes: a bar for each minute, part of which is marked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, BASE, STEP = 360, 64, 57, 12
BAR_WIDTH = 9


@dataclass(frozen=True)
class MinuteBar:
    """A rectangle of an SVG of WIDTH × HEIGHT."""

    x: float
    y: float
    height: float
    is_marked: bool


def minute_bars(
    counts: Sequence[tuple[int, int]], *, is_right_to_left: bool = False
) -> list[MinuteBar]:
    """For each minute all, and how many of them are marked, which are drawn below the others."""
    highest = max((total for total, _marked in counts), default=0)
    return [
        bar
        for place, (total, marked) in enumerate(counts)
        for bar in _stack(place, total, marked, BASE / max(highest, 1) * 0.9, is_right_to_left)
    ]


def _stack(
    place: int, total: int, marked: int, unit: float, is_right_to_left: bool
) -> Iterator[MinuteBar]:
    x = place * STEP
    if is_right_to_left:
        x = WIDTH - BAR_WIDTH - x
    top: float = BASE
    for number, is_marked in ((marked, True), (total - marked, False)):
        if number > 0:
            height = round(number * unit, 1)
            yield MinuteBar(x, round(top - height, 1), height, is_marked)
            top -= height
