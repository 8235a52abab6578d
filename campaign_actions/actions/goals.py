"""The goal shown on pages, which rises automatically so that the meter is never full, and how much of it
is filled.
"""

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
