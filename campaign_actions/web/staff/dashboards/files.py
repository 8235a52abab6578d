"""Panels as files: CSV with the numbers, PNG with the picture."""

import csv
from io import StringIO

from flask import Response

from campaign_actions.web.staff.dashboards.tables import Line, Panel

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
BOM = "\ufeff"  # so that spreadsheets read UTF-8


def csv_response(panel: Panel, name: str) -> Response:
    """With plain numbers, ISO dates, and shares and rates in per cent with one decimal."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(panel.file_headings or panel.headings)
    for line in (*panel.rows, *([panel.total] if panel.total else [])):
        writer.writerow([_harmless(line.stamp or line.label), *_cells(line)])
    return _file(Response(BOM + text.getvalue(), mimetype="text/csv"), f"{name}.csv")


def png_response(picture: bytes, name: str) -> Response:
    return _file(Response(picture, mimetype="image/png"), f"{name}.png")


def _cells(line: Line) -> list[str]:
    cells = (round(cell, 1) if isinstance(cell, float) else cell for cell in line.cells)
    return ["" if cell is None else str(cell) for cell in cells]


def _harmless(label: str) -> str:
    """A title or source that a spreadsheet does not take for a formula."""
    return f"'{label}" if label.startswith(FORMULA_STARTS) else label


def _file(response: Response, name: str) -> Response:
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
