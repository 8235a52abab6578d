"""How many people are new, and how many of them have confirmed, without reading their signatures."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, text

from campaign_actions.actions.counts.quarters import Span, count_confirmed, start_of_quarter
from campaign_actions.actions.models import PENDING, TO_EXPIRE, TO_REMIND, Signature
from campaign_actions.core.db.session import count_at_most
from campaign_actions.core.switches.state import email_clock

WEEK, DAY = timedelta(days=7), timedelta(days=1)
MAX_PENDING = 10_000  # counted on request


@dataclass(frozen=True)
class NewSignatures:
    """Confirmed signatures, and those of the last seven days that are pending: at most MAX_PENDING."""

    today: int
    yesterday: int
    yesterday_by_now: int  # up to this time of day, to a quarter of an hour
    confirmed_in_week: int
    pending_in_week: int
    today_by_action: Mapping[int, int]

    @property
    def confirmation_rate(self) -> float | None:
        """In per cent; None if nobody has signed."""
        everyone = self.confirmed_in_week + self.pending_in_week
        return 100 * self.confirmed_in_week / everyone if everyone else None

    @property
    def is_rate_at_most(self) -> bool:
        """Whether more are pending than were counted, so that the rate is lower."""
        return self.pending_in_week >= MAX_PENDING


def new_signatures(
    action_ids: Collection[int],
    *,
    yesterday_at: datetime,
    today_at: datetime,
    now: datetime,
    first_due: Mapping[str, timedelta],
) -> NewSignatures:
    """`yesterday_at`, `today_at`: the first moments of these days, in the zone of the readers.

    `first_due`: for the conditions TO_REMIND and TO_EXPIRE, how long after signing they fall due.
    """
    week_ago = start_of_quarter(now - WEEK)
    spans = {
        "today": Span(today_at, now + DAY),
        "yesterday": Span(yesterday_at, today_at),
        "by_now": Span(yesterday_at, max(yesterday_at, start_of_quarter(now - DAY))),
        "week": Span(week_ago, now + DAY),
    }
    counts = count_confirmed(action_ids, spans)

    def total(name: str) -> int:
        return sum(found[name] for found in counts.values())

    return NewSignatures(
        today=total("today"),
        yesterday=total("yesterday"),
        yesterday_by_now=total("by_now"),
        confirmed_in_week=total("week"),
        pending_in_week=_count_pending(action_ids, week_ago, first_due),
        today_by_action={action_id: found["today"] for action_id, found in counts.items()},
    )


def _count_pending(
    action_ids: Collection[int], since: datetime, first_due: Mapping[str, timedelta]
) -> int:
    """Each condition is that of a partial index by `due_at`, which is never earlier than `first_due`."""
    counted = 0
    for condition in (TO_REMIND, TO_EXPIRE):
        pending = select(Signature.id).where(
            Signature.action_id.in_(action_ids),
            text(condition),
            Signature.status == PENDING,
            Signature.due_at >= email_clock().at(since) + first_due[condition],
            Signature.signed_at >= since,
        )
        counted += count_at_most(pending, MAX_PENDING - counted)
    return counted
