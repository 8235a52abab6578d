"""A small line without axes, which shows how counts went up and down."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, MARGIN = 104, 28, 2


@dataclass(frozen=True)
class Sparkline:
    """Paths of an SVG of WIDTH × HEIGHT. `last`: to the last count, which is that of a day not over yet."""

    line: str
    last: str


def sparkline(counts: Sequence[int]) -> Sparkline | None:
    """From the first count to the last; None for fewer than three."""
    if len(counts) < 3:
        return None
    highest, step = max(*counts, 1), (WIDTH - 2 * MARGIN) / (len(counts) - 1)
    points = [
        f"{MARGIN + number * step:.1f} {HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * count / highest:.1f}"
        for number, count in enumerate(counts)
    ]
    return Sparkline("M" + " L".join(points[:-1]), "M" + " L".join(points[-2:]))
