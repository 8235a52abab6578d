"""The geometry of a bar chart in SVG."""

from collections.abc import Iterator
from dataclasses import dataclass

WIDTH, HEIGHT = 720, 240
START, BOTTOM, TOP = 48, 28, 12  # margins: for labels beside and below, and above
GRID_LINES = 4


@dataclass(frozen=True)
class Bar:
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Chart:
    """Counts as bars, with an axis that ends in a round number.

    `is_mirrored`: for right-to-left pages; time runs from the right, and the labels are there.
    """

    counts: tuple[int, ...]
    is_mirrored: bool = False
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def highest(self) -> int:
        """The end of the axis: the first of 4, 8, 20, 40, 80, 200, … that no bar exceeds."""
        largest, scale = max(self.counts, default=0), 1
        while True:
            for step in (4, 8, 20):
                if step * scale >= largest:
                    return step * scale
            scale *= 10

    @property
    def base(self) -> int:
        return HEIGHT - BOTTOM

    @property
    def start(self) -> float:
        """The x of the beginning of the grid lines."""
        return self._across(START)

    @property
    def end(self) -> float:
        return self._across(WIDTH)

    @property
    def beside(self) -> float:
        """The x of the labels of the grid lines."""
        return self._across(START - 8)

    def lines(self) -> Iterator[tuple[float, int]]:
        """The y of each grid line, and its count."""
        for number in range(GRID_LINES + 1):
            count = self.highest * number // GRID_LINES
            yield self._y(count), count

    def bars(self) -> Iterator[Bar]:
        width = round(self._slot * 0.7, 1)
        for index, count in enumerate(self.counts):
            y = self._y(count)
            x = self.middle(index) - width / 2
            yield Bar(round(x, 1), y, width, round(self.base - y, 1))

    def middle(self, index: int) -> float:
        """The x of the middle of a bar."""
        return round(self._across(START + (index + 0.5) * self._slot), 1)

    @property
    def _slot(self) -> float:
        """The width for one bar and the space around it."""
        return (WIDTH - START) / max(1, len(self.counts))

    def _across(self, x: float) -> float:
        return WIDTH - x if self.is_mirrored else x

    def _y(self, count: int) -> float:
        return round(self.base - (self.base - TOP) * count / self.highest, 1)
