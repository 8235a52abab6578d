"""Bars of a chart, laid out for SVG: no script and no style of their own."""

from collections.abc import Iterator
from dataclasses import dataclass

WIDTH, HEIGHT = 720, 240
START, BOTTOM, TOP = 48, 28, 12  # room for the figures beside, the days below, and above
GRID_LINES = 4


@dataclass(frozen=True)
class Bar:
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Chart:
    """Counts one after another as bars, the highest a round number above the highest count.

    `is_mirrored`: time runs from the right, and figures stand there, as who reads from there expects.
    """

    counts: tuple[int, ...]
    is_mirrored: bool = False
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def highest(self) -> int:
        """The first of 4, 8, 20, 40, 80, 200, … that no bar exceeds: four lines divide it."""
        most, scale = max(self.counts, default=0), 1
        while True:
            for step in (4, 8, 20):
                if step * scale >= most:
                    return step * scale
            scale *= 10

    @property
    def base(self) -> int:
        return HEIGHT - BOTTOM

    @property
    def start(self) -> float:
        """Where lines begin."""
        return self._across(START)

    @property
    def end(self) -> float:
        return self._across(WIDTH)

    @property
    def beside(self) -> float:
        """Where the figures of lines end."""
        return self._across(START - 8)

    def lines(self) -> Iterator[tuple[float, int]]:
        """Where lines are drawn, and which count they stand for."""
        for number in range(GRID_LINES + 1):
            count = self.highest * number // GRID_LINES
            yield self._y(count), count

    def bars(self) -> Iterator[Bar]:
        room = (WIDTH - START) / max(1, len(self.counts))
        width = round(room * 0.7, 1)
        for place, count in enumerate(self.counts):
            y = self._y(count)
            x = self.middle(place) - width / 2
            yield Bar(round(x, 1), y, width, round(self.base - y, 1))

    def middle(self, place: int) -> float:
        """Below the bar at a place."""
        room = (WIDTH - START) / max(1, len(self.counts))
        return round(self._across(START + (place + 0.5) * room), 1)

    def _across(self, x: float) -> float:
        return WIDTH - x if self.is_mirrored else x

    def _y(self, count: int) -> float:
        return round(self.base - (self.base - TOP) * count / self.highest, 1)
