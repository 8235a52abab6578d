"""A panel of a dashboard as a table: its rows, and their numbers in words."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import ceil

from flask_babel import gettext as _

from campaign_actions.actions.counts.states.figures import States
from campaign_actions.core.i18n.formatting import number, percent

Value = int | float | None
MAX_ROWS = 250  # of a table on the page; files have all
MAX_OPEN_ROWS = 12  # of a table that has no box
BY_RATE = "rate"  # an order of rows; without it, the most confirmed are first
ORDERS = {1: "", 3: BY_RATE}  # by the heading of confirmed and of confirmation rate
MIN_FORMS = 10  # a rate of fewer says nothing, and might say something about one person
SHADES = 6  # besides that of nobody
BLANK = "\0"  # the place of a number in a line that is translated once


@dataclass(frozen=True)
class Line:
    """`cells`: for the headings after the first. `is_plain`: a value such as a source, not words.

    `stamp`: the label in files, if it is a time.
    `cell_addresses`: of the first cells, if they lead to lists. `note`: below the label, on the page.
    """

    label: str
    cells: tuple[Value, ...]
    address: str = ""
    is_plain: bool = False
    stamp: str = ""
    cell_addresses: tuple[str, ...] = ()
    note: str = ""

    def address_of(self, place: int) -> str:
        """Where a cell leads; empty for one of nobody, and without a list."""
        return self.cell_addresses[place] if self.cells[place] and self.cell_addresses else ""


@dataclass(frozen=True)
class Panel:
    """A table. `percents`: the cells in per cent. `has_bars`: each row shows its share or rate as a bar.

    `has_shades`: its cells are the darker, the more, and the last is the total of its row.
    `nobody`: words for a panel without rows. `file_headings`: of files, if some are times.
    `short_headings`: of those, as the page has room for them. `groups`: of these, with how many are in each.
    `counted`: how many rows there are, in words.
    `orders`: of its rows, by the heading that leads to each. `order`: in which they are.
    """

    name: str
    title: str
    headings: tuple[str, ...]
    rows: tuple[Line, ...]
    total: Line | None = None
    percents: frozenset[int] = frozenset()
    has_bars: bool = False
    bar: int = 1  # the cell that bars show
    has_shades: bool = False
    nobody: str = ""
    left_out: int = 0  # rows that only the file has
    file_headings: tuple[str, ...] = ()
    short_headings: tuple[str, ...] = ()
    groups: tuple[tuple[str, int], ...] = ()
    counted: str = ""
    orders: Mapping[int, str] = field(default_factory=dict)
    order: str = ""

    @property
    def is_tall(self) -> bool:
        """Whether the page shows its rows in a box."""
        return len(self.rows) > MAX_OPEN_ROWS

    def words(self, line: Line) -> list[str]:
        """The cells of a line as the page shows them."""
        return [cell_words(cell, place in self.percents) for place, cell in enumerate(line.cells)]

    @cached_property
    def titles(self) -> list[str]:
        """Of each row its label and its cells with their headings, for charts."""
        lines = [_("%(name)s: %(value)s", name=name, value=BLANK) for name in self.headings[1:]]
        found = []
        for row in self.rows:
            cells = zip(lines, self.words(row), strict=True)
            found.append(
                "\n".join([row.label, *(line.replace(BLANK, cell) for line, cell in cells)])
            )
        return found

    def shade(self, cell: Value) -> int:
        """How dark a cell is, from 0 to SHADES, compared with the largest but the totals at the end."""
        return min(SHADES, ceil(SHADES * cell / self._largest)) if cell and self._largest else 0

    def shortened(self, most: int | None = None) -> "Panel":
        """As the page shows it, with MAX_ROWS rows at most."""
        most = most or MAX_ROWS
        return replace(self, rows=self.rows[:most], left_out=max(0, len(self.rows) - most))

    @cached_property
    def _largest(self) -> Value:
        return max((max(filter(None, row.cells[:-1]), default=0) for row in self.rows), default=0)


def row_order(label: str, states: States, order: str) -> tuple[float | str, ...]:
    """The key to sort rows by. By rate, the lowest is first, and rows with fewer than MIN_FORMS are last."""
    usual = (-states.confirmed, label)
    if order != BY_RATE:
        return usual
    return (states.confirmed + states.pending < MIN_FORMS, states.rate or 0, *usual)


def cell_words(cell: Value, is_percent: bool = False) -> str:
    if cell is None:
        return "–"
    return percent(cell) if is_percent else number(int(cell))
