"""Cells of exported CSV files, as readers see them."""

import re

FORMULA_STARTS = tuple("=+-@＝＋－＠|%\t\r")


def as_typed(cell: str) -> str:
    """The cell without the apostrophes that keep it from being a formula."""
    cell = re.sub("([;\t\r\n])'", r"\1", cell)
    is_guarded = cell.startswith("'") and cell.lstrip("'").startswith(FORMULA_STARTS)
    return cell[1:] if is_guarded else cell
