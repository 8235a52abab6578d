"""The goal shown on pages: it rises automatically, so that the meter is never full."""

FIRST_STEPS = (100, 250, 500)


def shown_goal(goal: int, count: int) -> int:
    """The goal that staff set; once reached, the next round number (100, 250, 500, 1,000, …)."""
    if count < goal:
        return goal
    scale = 1
    while True:
        for step in FIRST_STEPS:
            if step * scale > count:
                return step * scale
        scale *= 10
