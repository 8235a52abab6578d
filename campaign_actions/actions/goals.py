"""The goal shown on pages, which rises automatically so that the meter is never full, and how much of it
is filled.
"""

from collections.abc import Iterable

from campaign_actions.actions.kinds.base import FEW
from campaign_actions.core.content.crowd_meter import HEADS

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


def filled_heads(count: int, goal: int) -> int:
    """How many heads of the crowd stand for the people counted so far."""
    return 0 if count < FEW else min(max(HEADS * count // goal, 1), HEADS)


def passed_step(count: int, goal: int, milestones: Iterable[int] = ()) -> int:
    """The largest of these numbers that a count has reached, 0 for none.

    They are FEW, 50, the round numbers of shown_goal(), the goal and the milestones.
    """
    steps = {FEW, 50, goal, *milestones}
    scale = 1
    while FIRST_STEPS[0] * scale <= count:
        steps |= {step * scale for step in FIRST_STEPS}
        scale *= 10
    return max((step for step in steps if step <= count), default=0)
