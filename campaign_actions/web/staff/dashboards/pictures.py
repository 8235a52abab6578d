"""Panels as pictures for other documents: their chart, or else their rows with bars or shaded cells."""

from flask import render_template

from campaign_actions.core.content.drawings.rows import Rows
from campaign_actions.core.i18n.locale import direction
from campaign_actions.core.sharing.render import draw
from campaign_actions.web.staff.dashboards.charts import Chart
from campaign_actions.web.staff.dashboards.tables import Panel

MAX_ROWS = 40  # of a picture; CSV files have all


def draw_chart(chart: Chart) -> bytes:
    return draw(render_template("staff/dashboards/picture.xml", chart=chart))


def draw_rows(panel: Panel, period: str) -> bytes:
    """`period`: in words, below the title."""
    shown = panel.shortened(MAX_ROWS)
    rows = Rows(
        len(shown.rows) + (shown.total is not None) + (shown.left_out > 0),
        len(panel.headings) - 1,
        is_mirrored=direction() == "rtl",
    )
    counts = [line.cells[0] or 0 for line in shown.rows]
    largest = 100 if 0 in panel.percents else max(counts, default=0)  # of what bars show
    return draw(
        render_template(
            "staff/dashboards/picture_rows.xml",
            panel=shown,
            rows=rows,
            largest=largest,
            period=period,
        )
    )
