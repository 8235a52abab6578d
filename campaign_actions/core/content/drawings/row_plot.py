"""The geometry of a chart of rows in SVG: a name, a number, and below them a bar of up to 100 per cent."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from campaign_actions.core.content.drawings.plot import Bar, Size

ROW_HEIGHT, BAR_HEIGHT, MARGIN = 40, 12, 20
WIDTH = 880


@dataclass(frozen=True)
class RowPlot:
    """`is_mirrored`: for right-to-left pages; bars begin at the right."""

    rows: int
    is_mirrored: bool = False

    @property
    def size(self) -> Size:
        height = ROW_HEIGHT * self.rows
        return Size(WIDTH, height, start=MARGIN, end=MARGIN, top=0, bottom=0, labels=0)

    @property
    def before_axis(self) -> str:
        """The text-anchor of what ends at an x in the direction of reading."""
        return "start" if self.is_mirrored else "end"

    @property
    def after_axis(self) -> str:
        return "end" if self.is_mirrored else "start"

    @property
    def start(self) -> float:
        return self.across(MARGIN)

    @property
    def end(self) -> float:
        return self.across(WIDTH - MARGIN)

    def across(self, x: float) -> float:
        return round(WIDTH - x if self.is_mirrored else x, 1)

    def bars(self, percents: Sequence[float]) -> Iterator[tuple[float, Bar, Bar]]:
        """For each row the y of its texts, the bar of 100 per cent, and its own."""
        room = WIDTH - 2 * MARGIN
        for row, percent in enumerate(percents):
            y = ROW_HEIGHT * row + 20
            width = round(room * percent / 100, 1)
            x = WIDTH - MARGIN - width if self.is_mirrored else MARGIN
            whole = Bar(MARGIN, y, room, BAR_HEIGHT)
            yield y - 6, whole, Bar(round(x, 1), y, width, BAR_HEIGHT)
