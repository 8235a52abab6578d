"""The results as a bar chart: one bar per figure, rates only, on a logarithmic scale."""

from pathlib import Path

import matplotlib as mpl
from matplotlib import pyplot

from benchmarks.stand import Row

COLORS = {True: "#c4bfb6", False: "#8c1d2c"}  # a limit, and a figure compared with it


def plot(tables: dict[str, list[Row]], file: Path) -> None:
    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "campaign-actions"  # identical figures give an identical file
    rates = {name: [r for r in rows if r.unit.endswith("/s")] for name, rows in tables.items()}
    shown = {name: rows for name, rows in rates.items() if rows}
    heights = [len(rows) + 0.6 for rows in shown.values()]
    figure, axes = pyplot.subplots(
        len(shown), figsize=(11, 0.32 * sum(heights) + 1), height_ratios=heights, squeeze=False
    )
    for (name, rows), axis in zip(shown.items(), axes.flat, strict=True):
        colors = [COLORS["limit" in row.beside and " of " not in row.beside] for row in rows]
        bars = axis.barh([row.what for row in rows], [row.figure for row in rows], color=colors)
        axis.bar_label(bars, [row.words for row in rows], padding=4, fontsize=8)
        axis.set(xscale="log", title=name)
        axis.invert_yaxis()
        axis.margins(x=0.25)
        axis.spines[["top", "right"]].set_visible(False)
        axis.tick_params(labelsize=8)
    figure.tight_layout()
    figure.savefig(file, metadata={"Date": None})
