"""The goal shown on pages: it rises automatically, so that the meter is never full."""

from collections.abc import Iterable

FIRST_STEPS = (100, 250, 500)


def shown_goal(goal: int, count: int, milestones: Iterable[int] = ()) -> int:
    """The next of those numbers that staff set: the goal and the milestones.

    Once all are reached, the next round number (100, 250, 500, 1,000, …).
    """
    return min((one for one in (goal, *milestones) if one > count), default=_next_round(count))


def _next_round(count: int) -> int:
    scale = 1
    while True:
        for step in FIRST_STEPS:
            if step * scale > count:
                return step * scale
        scale *= 10
