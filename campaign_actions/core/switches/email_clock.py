"""The clock of everything that people are told by email: it stops while email is off.

Reminders, links and codes to confirm, invitations and the deletion of unconfirmed signatures run by it. So
nobody loses time in which we could not have reached them. Nothing is rewritten when email is switched on
again: a time on this clock is a real time minus all pauses before it, which are recorded.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class EmailClock:
    """`pauses`: when email was switched off, and on again (None: it is still off), one after another."""

    pauses: Sequence[tuple[datetime, datetime | None]] = ()

    def at(self, moment: datetime) -> datetime:
        """The time that the clock shows at a moment."""
        return moment - sum(
            (max(min(end or moment, moment) - start, timedelta()) for start, end in self.pauses),
            timedelta(),
        )

    def age(self, since: datetime, now: datetime) -> timedelta:
        """How long the clock has run since a moment; negative if a clock was put back."""
        return self.at(now) - self.at(since)

    def ago(self, span: timedelta, now: datetime) -> datetime:
        """The last moment since which the clock has run for a time."""
        run_end, left = now, span
        for start, end in reversed(self.pauses):
            run = run_end - min(end or now, now)
            if run >= left:
                break
            run_end, left = min(start, now), left - run
        return run_end - left

    def expected(self, due_at: datetime, now: datetime) -> datetime:
        """When a time on this clock comes, if email stays on from now."""
        return now + (due_at - self.at(now))
