"""Panels as files: CSV with the numbers; PNG with the chart, or else rows with bars or shaded cells."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO

from flask import Response, render_template
from flask_babel import gettext as _

from campaign_actions.core.content.drawings.rows import HEADING_GAP, HEADING_LINE, NUMBER, Rows
from campaign_actions.core.i18n.locale import direction
from campaign_actions.core.sharing.render import draw
from campaign_actions.core.sharing.text_layout import fit_text
from campaign_actions.web.staff.dashboards.charts import Chart
from campaign_actions.web.staff.dashboards.tables import Line, Panel

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
MAX_ROWS = 40  # of a picture; CSV files have all
FONT_SIZE, CAPTION_WIDTH, MAX_HEIGHT = 11, 790, 1000  # pixels, of texts in a picture
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


@dataclass(frozen=True)
class Head:
    """Above a picture, so that it can be understood without the page: title, whose figures, and when."""

    title: str
    name: str
    period: str


def draw_chart(chart: Chart, head: Head) -> bytes:
    values = {"chart": chart, "head": head, "captions": list(_captions(chart))}
    return draw(render_template("staff/dashboards/picture.xml", **values))


def _captions(chart: Chart) -> Iterator[tuple[str, str]]:
    """The lines below a chart: what its marks mean, the first of each with the letter."""
    for mark in chart.drawn_marks:
        letter = mark.letter
        for event in mark.events:
            day = _("%(day)s: %(event)s", day=event.day, event=event.words)
            for line in (*_lines(day, CAPTION_WIDTH), *_lines(event.note, CAPTION_WIDTH)):
                yield letter, line
                letter = ""


def draw_rows(panel: Panel, head: Head) -> bytes:
    shown = panel.shortened(MAX_ROWS)
    rows = Rows(
        len(shown.rows) + (shown.total is not None) + (shown.left_out > 0),
        len(panel.headings) - 1,
        is_mirrored=direction() == "rtl",
    )
    values = {
        "panel": shown,
        "rows": rows,
        "bars": _bars(shown),
        "head": head,
        "headings": [_lines(heading, NUMBER - HEADING_GAP) for heading in panel.headings[1:]],
        "line_height": HEADING_LINE,
    }
    return draw(render_template("staff/dashboards/picture_rows.xml", **values))


def _bars(panel: Panel) -> list[float]:
    """The part of its bar that each row fills: as on the page, or compared with the largest."""
    if panel.has_bars:
        return [(line.cells[panel.bar] or 0) / 100 for line in panel.rows]
    counts = [line.cells[0] or 0 for line in panel.rows]
    largest = max(counts, default=0)
    return [count / largest for count in counts] if largest else []


def _lines(text: str, width: float) -> tuple[str, ...]:
    """Broken where it is too wide for a picture."""
    if not text:
        return ()
    return fit_text(
        text, weight=600, width=width, height=MAX_HEIGHT, sizes=(FONT_SIZE,), leading=1.0
    ).lines


def _cells(line: Line) -> list[str]:
    cells = (round(cell, 1) if isinstance(cell, float) else cell for cell in line.cells)
    return ["" if cell is None else str(cell) for cell in cells]


def _harmless(label: str) -> str:
    """A title or source that a spreadsheet does not take for a formula."""
    return f"'{label}" if label.startswith(FORMULA_STARTS) else label


def _file(response: Response, name: str) -> Response:
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
