"""A small line without axes, which shows how counts went up and down."""

from collections.abc import Sequence

WIDTH, HEIGHT, MARGIN = 104, 28, 2


def sparkline(counts: Sequence[int]) -> str:
    """The path of an SVG of WIDTH × HEIGHT, from the first count to the last; "" for fewer than two."""
    if len(counts) < 2:
        return ""
    highest, step = max(*counts, 1), (WIDTH - 2 * MARGIN) / (len(counts) - 1)
    points = (
        f"{MARGIN + number * step:.1f} {HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * count / highest:.1f}"
        for number, count in enumerate(counts)
    )
    return "M" + " L".join(points)
