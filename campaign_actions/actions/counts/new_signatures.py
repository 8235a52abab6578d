"""How many people are new, and how many of them have confirmed, by the time at which they sent the form.

Dashboards read the same tallies, so that both have the same numbers.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, func, select

from campaign_actions.actions.counts.states.fold import moment_of, quarters_of_slot, slot_of
from campaign_actions.actions.models import StateQuarter
from campaign_actions.core.db.session import db

DAY = timedelta(days=1)


@dataclass(frozen=True)
class NewSignatures:
    """Confirmed signatures, and those of the last seven days that are pending."""

    today: int
    yesterday: int
    yesterday_by_then: int  # before `then`
    then: datetime  # this time yesterday, to the hour or quarter of an hour of the tallies
    confirmed_in_week: int
    pending_in_week: int
    today_by_action: Mapping[int, int]

    @property
    def confirmation_rate(self) -> float | None:
        """In per cent; None if nobody has signed."""
        everyone = self.confirmed_in_week + self.pending_in_week
        return 100 * self.confirmed_in_week / everyone if everyone else None


def new_signatures(
    action_ids: Collection[int],
    *,
    week_at: datetime,
    yesterday_at: datetime,
    today_at: datetime,
    now: datetime,
) -> NewSignatures:
    """`week_at`, `yesterday_at`, `today_at`: the first moments of these days, in the zone of the readers."""
    step = quarters_of_slot(now)
    then = slot_of(max(yesterday_at, now - DAY)) // step * step
    spans = {
        "today": (slot_of(today_at), slot_of(now + DAY)),
        "yesterday": (slot_of(yesterday_at), slot_of(today_at)),
        "by_then": (slot_of(yesterday_at), then),
        "week": (slot_of(week_at), slot_of(now + DAY)),
    }
    counts = _confirmed(action_ids, spans)

    def total(name: str) -> int:
        return sum(found[name] for found in counts.values())

    return NewSignatures(
        today=total("today"),
        yesterday=total("yesterday"),
        yesterday_by_then=total("by_then"),
        then=moment_of(then),
        confirmed_in_week=total("week"),
        pending_in_week=total("pending"),
        today_by_action={action_id: found["today"] for action_id, found in counts.items()},
    )


def _confirmed(
    action_ids: Collection[int], spans: Mapping[str, tuple[int, int]]
) -> dict[int, dict[str, int]]:
    """By action, how many of each span are confirmed; and "pending", of the longest span."""
    slot = StateQuarter.slot
    sums = [
        func.sum(case(((slot >= first) & (slot < end), StateQuarter.confirmed), else_=0)).label(
            name
        )
        for name, (first, end) in spans.items()
    ]
    rows = db.session.execute(
        select(StateQuarter.action_id, *sums, func.sum(StateQuarter.pending).label("pending"))
        .where(
            StateQuarter.action_id.in_(action_ids),
            StateQuarter.part == "all",
            slot >= min(first for first, _end in spans.values()),
        )
        .group_by(StateQuarter.action_id)
    )
    names = (*spans, "pending")
    return {
        row.action_id: {name: max(0, int(getattr(row, name))) for name in names} for row in rows
    }
