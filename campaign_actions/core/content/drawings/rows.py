"""The geometry of a table as a picture: rows with numbers, and a bar or shaded cells for each."""

from dataclasses import dataclass
from math import ceil

WIDTH, MARGIN, TOP, ROW = 880, 20, 118, 26
LABEL, NUMBER, TOTAL = 220, 120, 90  # widths of the first column, of numbers, of a row's total
MIN_NUMBER_WIDTH = 17  # of a shaded cell with its number in it
HEADING_WIDTH = 46  # that a heading above shaded cells needs
HEADING_GAP, HEADING_LINE = 10, 13  # beside a heading, and from line to line


@dataclass(frozen=True)
class Rows:
    """`columns`: how many numbers a row has. `is_mirrored`: for right-to-left pages."""

    number: int
    columns: int
    is_mirrored: bool = False

    @property
    def height(self) -> int:
        return TOP + self.number * ROW + MARGIN

    @property
    def first(self) -> float:
        """The x of labels."""
        return self.across(MARGIN)

    @property
    def last(self) -> float:
        """The x at which the totals of shaded rows end."""
        return self.across(WIDTH - MARGIN)

    def across(self, x: float, width: float = 0) -> float:
        """The left side of what begins at an x in the direction of reading."""
        return round(WIDTH - x - width if self.is_mirrored else x, 1)

    def y(self, row: int) -> int:
        """The base line of a row; -1 is that of the headings."""
        return TOP + row * ROW + 17

    def number_x(self, column: int) -> float:
        """Where the number of a column ends."""
        return self.across(MARGIN + LABEL + (column + 1) * NUMBER)

    def bar(self, share: float) -> tuple[float, float]:
        """The left side and the width of a bar after the numbers; `share`: 0 to 1."""
        start = MARGIN + LABEL + self.columns * NUMBER + MARGIN
        width = round(max(0, WIDTH - MARGIN - start) * min(1, max(0, share)), 1)
        return self.across(start, width), width

    @property
    def cell_width(self) -> float:
        """Of a shaded cell; the last column is the total."""
        return (WIDTH - 2 * MARGIN - LABEL - TOTAL) / max(1, self.columns - 1)

    @property
    def has_numbers_in_cells(self) -> bool:
        return self.cell_width >= MIN_NUMBER_WIDTH

    def has_heading(self, column: int) -> bool:
        """Whether there is room for a heading above a shaded cell, next to the others."""
        step = max(1, ceil(HEADING_WIDTH / self.cell_width))
        is_beside_total = (self.columns - 1.5 - column) * self.cell_width < HEADING_WIDTH / 2
        return column % step == 0 and not is_beside_total

    def cell(self, column: int) -> float:
        """The left side of a shaded cell."""
        return self.across(MARGIN + LABEL + column * self.cell_width, self.cell_width)

    def middle(self, column: int) -> float:
        return round(self.cell(column) + self.cell_width / 2, 1)
