"""The order in which a question offers its choices. Their keys stay, whatever their order.

It is stored as keys with spaces between them. Choices that it does not name come last, in the order of
their numbers; an empty one names none.
"""

from collections.abc import Iterable

from campaign_actions.actions.questions.stored import CHOICES
from campaign_actions.campaigns.positions import swap_with_neighbour

STEPS = {"up": -1, "down": 1}


def is_order(order: str) -> bool:
    """Whether it names choices, each once."""
    names = order.split()
    return len(names) == len(set(names)) and set(names) <= set(CHOICES)


def in_order(choices: Iterable[str], order: str) -> list[str]:
    known = list(choices)
    named = [one for one in order.split() if one in known]
    return named + [one for one in known if one not in named]


def moved(choices: Iterable[str], order: str, choice: str, to: str) -> str:
    """The order after moving a choice `up` or `down` among these; the same at an end."""
    ordered = in_order(choices, order)
    swap_with_neighbour(ordered, choice, STEPS[to])
    return "" if ordered == sorted(ordered, key=CHOICES.index) else " ".join(ordered)
