"""One of the first steps of an installation, and which of them is next."""

from collections.abc import Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class FirstStep:
    """`address`: where it is done; "" if that is by someone else.

    `is_pending`: it is for someone else to go on. `keeps_button`: also when it is done. An optional one has a
    `name`, by which it is left out. `campaign`: the title of the one that it belongs to.
    """

    title: str
    text: str
    is_done: bool
    button: str = ""
    address: str = ""
    is_pending: bool = False
    is_optional: bool = False
    keeps_button: bool = False
    name: str = ""
    is_left_out: bool = False
    campaign: str = ""

    def as_decided(self, left_out: frozenset[str]) -> "FirstStep":
        """The same, left out if it is named there. One that was done after all is done."""
        return replace(self, is_left_out=self.name in left_out and not self.is_done)


def next_step(steps: Sequence[FirstStep]) -> FirstStep | None:
    """The first that is not done and that the member can take; an optional one only if it is the last."""
    left = [
        step
        for step in steps
        if step.address and not (step.is_done or step.is_pending or step.is_left_out)
    ]
    return next(iter(sorted(left, key=lambda step: step.is_optional)), None)
