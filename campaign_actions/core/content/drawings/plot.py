"""The geometry of charts over time in SVG: lines, and bars that consist of layers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, TypeVar

GRID_LINES = 3, 5  # above the base, at least and at most
BAR_WIDTH = 0.72  # of the place that a bar has
PIN, PIN_Y = 19, 16  # the room that a pin needs, and the middle of the highest
ABOVE, BELOW, LABEL = 6, 13, 18  # from a line across to its words, and their height
MIN_TARGET = 7  # pixels of a place that shows its numbers
STEPS = (1, 2, 5)  # between grid lines, if they are small
LARGE_STEPS = (10, 20, 25, 50)  # times a power of ten


class HasPlace(Protocol):
    @property
    def place(self) -> int: ...


Marked = TypeVar("Marked", bound=HasPlace)


@dataclass(frozen=True)
class Bar:
    x: float
    y: float
    width: float
    height: float

    @property
    def path(self) -> str:
        return f"M{self.x} {self.y}h{self.width}v{self.height}h{-self.width}z"


@dataclass(frozen=True)
class Size:
    """A drawing and its margins: `start` for the numbers of the axis, `end`, `top` and `bottom`."""

    width: int
    height: int
    start: int
    end: int
    top: int
    bottom: int
    labels: int  # below the axis, at most


WIDE = Size(880, 300, start=66, end=66, top=34, bottom=28, labels=7)
NARROW = Size(
    360, 250, start=58, end=10, top=34, bottom=30, labels=3
)  # on a phone, at its real size


@dataclass(frozen=True)
class Plot:
    """`places`: how many there are along the axis of time. `largest`: the largest number drawn.

    `is_mirrored`: for right-to-left pages; time runs from the right, and the numbers are there. Texts are
    never mirrored.
    """

    size: Size
    places: int
    largest: int
    is_mirrored: bool = False

    @cached_property
    def highest(self) -> int:
        """The end of the axis: a round number that is not exceeded."""
        return self._grid_step * max(GRID_LINES[0], -(-self.largest // self._grid_step))

    @property
    def base(self) -> int:
        """The y of zero."""
        return self.size.height - self.size.bottom

    @property
    def start(self) -> float:
        return self.across(self.size.start)

    @property
    def end(self) -> float:
        return self.across(self.size.width - self.size.end)

    @property
    def beside(self) -> float:
        """The x of the numbers of the grid lines."""
        return self.across(self.size.start - 8)

    @property
    def before_axis(self) -> str:
        """The text-anchor of what ends at an x in the direction of reading."""
        return "start" if self.is_mirrored else "end"

    @property
    def after_axis(self) -> str:
        return "end" if self.is_mirrored else "start"

    def across(self, x: float) -> float:
        return round(self.size.width - x if self.is_mirrored else x, 1)

    def y(self, number: float) -> float:
        return round(self.base - (self.base - self.size.top) * max(0, number) / self.highest, 1)

    def x(self, place: float) -> float:
        """The middle of a place."""
        return self.across(self.size.start + (place + 0.5) * self._step)

    def label_y(self, number: int, others: Sequence[int]) -> float:
        """Of the words of a line across: above it, or below if one of the others is there."""
        y = self.y(number)
        is_covered = any(0 < y - self.y(other) < LABEL for other in others)
        return round(y + BELOW if is_covered else y - ABOVE, 1)

    def grid(self) -> Iterator[tuple[float, int]]:
        """The y of each grid line, and its number."""
        for number in range(0, self.highest + 1, self._grid_step):
            yield self.y(number), number

    def line(self, numbers: Sequence[float]) -> str:
        """The path through the first places."""
        points = (f"{self.x(place)} {self.y(number)}" for place, number in enumerate(numbers))
        return "M" + " L".join(points)

    def area(self, numbers: Sequence[float]) -> str:
        """The same down to zero, closed."""
        last = self.x(len(numbers) - 1)
        return f"{self.line(numbers)} L{last} {self.base} L{self.x(0)} {self.base}z"

    def bars(self, layers: Sequence[Sequence[int]]) -> Iterator[tuple[int, Bar]]:
        """The number of a layer, the lowest first, and each of its bars that is not empty."""
        width = round(self._step * BAR_WIDTH, 1)
        for place in range(self.places):
            below = 0
            for layer, numbers in enumerate(layers):
                number = max(0, numbers[place])
                if number:
                    y, bottom = self.y(below + number), self.y(below)
                    x = round(self.x(place) - width / 2, 1)
                    yield layer, Bar(x, y, width, round(bottom - y, 1))
                below += number

    def layer_paths(self, layers: Sequence[Sequence[int]]) -> list[str]:
        """All bars of each layer as one path; empty if there are none."""
        paths = [""] * len(layers)
        for layer, bar in self.bars(layers):
            paths[layer] += bar.path
        return paths

    def cut(self, place: int) -> str:
        """The path of a break through the top of a bar."""
        width = round(self._step * BAR_WIDTH + 4, 1)
        return f"M{round(self.x(place) - width / 2, 1)} {self.size.top + 12}l{width} -7"

    @property
    def has_room_for_titles(self) -> bool:
        """Whether places are wide enough to point at."""
        return self._step >= MIN_TARGET

    def place(self, place: int) -> str:
        """The path around a place."""
        width = round(self._step, 1)
        left = round(self.x(place) - width / 2, 1)
        return Bar(left, self.size.top, width, self.base - self.size.top).path

    def pins(self, marks: Sequence[Marked]) -> Iterator[tuple[Marked, tuple[float, float]]]:
        """Each mark with the centre of its pin; those that would overlap are in rows below each other."""
        rows: list[float] = []
        for mark in marks:
            x = self.x(mark.place)
            row = next((n for n, last in enumerate(rows) if abs(x - last) >= PIN), len(rows))
            rows[row : row + 1] = [x]
            yield mark, (x, PIN_Y + row * PIN)

    def labelled(self) -> list[int]:
        """Places with a label below, evenly, the last one included."""
        step = max(1, -(-self.places // self.size.labels))
        return list(range(self.places - 1, -1, -step))[::-1]

    def labelled_by_number(self) -> list[int]:
        """The same for places that are counted: those with round numbers, such as the 10th and the 20th."""
        step = next(step for step in _steps() if self.places // step <= self.size.labels)
        return list(range(step - 1, self.places, step))

    @property
    def _step(self) -> float:
        room = self.size.width - self.size.start - self.size.end
        return room / max(1, self.places)

    @cached_property
    def _grid_step(self) -> int:
        return next(step for step in _steps() if step * GRID_LINES[1] >= self.largest)


def _steps() -> Iterator[int]:
    yield from STEPS
    scale = 1
    while True:
        yield from (step * scale for step in LARGE_STEPS)
        scale *= 10
