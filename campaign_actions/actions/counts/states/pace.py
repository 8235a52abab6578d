"""Whether a goal will be reached, if as many confirm as in a period."""

from dataclasses import dataclass
from datetime import datetime, timedelta

LONGEST = timedelta(days=2 * 365)  # an estimate further ahead would be a guess
DIGITS = 3  # of an estimate


@dataclass(frozen=True)
class Outlook:
    """`reached_at`: None if that is later than LONGEST, or than the closing time.

    `count_at_close`: an estimate, if the action closes before.
    """

    reached_at: datetime | None = None
    count_at_close: int | None = None


def expect(
    count: int,
    goal: int,
    *,
    confirmed: int,
    span: timedelta,
    closes_at: datetime | None,
    now: datetime,
) -> Outlook | None:
    """`confirmed`: in the `span` until now. None without any, and for a goal that is reached."""
    if confirmed <= 0 or count >= goal or span <= timedelta():
        return None
    needed = span * ((goal - count) / confirmed)
    left = closes_at - now if closes_at else LONGEST
    if needed > left and closes_at:
        return Outlook(count_at_close=_estimate(count, confirmed * (left / span)))
    return Outlook(reached_at=now + needed) if needed <= LONGEST else Outlook()


def _estimate(count: int, more: float) -> int:
    """With DIGITS digits, rounded down, so that it is below the goal that is not reached."""
    there = count + int(more)
    unit: int = 10 ** max(0, len(str(there)) - DIGITS)
    return max(count, there // unit * unit)
