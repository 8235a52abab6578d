"""Recording the outcome of each row after a delivery attempt."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Delete, Update, bindparam, delete, update

from campaign_actions.core.db.session import write_async_commit, write_transaction
from campaign_actions.core.db.upsert import bind_columns
from campaign_actions.core.switches.state import email_clock
from campaign_actions.outbox.lease import LeasedEmail
from campaign_actions.outbox.models import OutboxMail

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 30, 60, 120, 240))
PAUSE_WHILE_AWAY = timedelta(minutes=5)  # at most, while the mail server is unavailable
MAX_AGE = timedelta(hours=72)  # since the first attempt
KEEP_SENT = timedelta(hours=48)  # for the mailbox's daily limit
KEEP_DEAD = timedelta(days=30)  # for staff to see and retry
POSTPONE_FOR = timedelta(minutes=1)  # not longer, or outbox/waking would make it due at once
Kind = Literal[
    "sent",
    "part",
    "merged",
    "dropped",
    "postponed",
    "delayed",
    "unavailable",
    "refused",
    "untried",
]


@dataclass(frozen=True)
class Outcome:
    """The outcome of one row.

    "part": sent in the email of another row, as a part of its own; "merged": the same as another row;
    "dropped": there is nothing left to say; "postponed": not to be sent yet; "unavailable": the mail
    server is; "untried": given back.
    """

    kind: Kind
    row: LeasedEmail
    leased_until: datetime
    at: datetime
    reason: str = ""  # without personal data

    @property
    def is_dead(self) -> bool:
        """Refused, or tried for too long. Time for which email was off does not count."""
        first_tried_at = self.row.first_tried_at or self.at
        is_too_old = email_clock().age(first_tried_at, self.at) >= MAX_AGE
        return self.kind == "refused" or (self.kind in {"delayed", "unavailable"} and is_too_old)


def record_outcomes(outcomes: Sequence[Outcome]) -> None:
    """Record the outcomes of one email.

    Sent emails are recorded even if another sender has leased the row since, everything else only
    under our lease. For a single row the commit is asynchronous: if it is lost in a crash, the email
    is sent again under the same Message-ID. Several rows are one email, so they are one transaction.
    """
    if len(outcomes) == 1:
        write_async_commit(*_statement(outcomes[0]))
        return
    with write_transaction() as connection:
        for outcome in outcomes:
            connection.execute(*_statement(outcome))


def pause(attempts: int, *, is_server_away: bool = False) -> timedelta:
    """The pause after this many attempts: 1, 2, 5, 15, 30 minutes, 1, 2, 4, 4 … hours."""
    full = PAUSES[min(attempts, len(PAUSES)) - 1]
    return min(full, PAUSE_WHILE_AWAY) if is_server_away else full


def _statement(outcome: Outcome) -> tuple[Update | Delete, dict[str, object]]:
    row, at = outcome.row, outcome.at
    key = {"its_id": row.id, "its_queued_at": row.queued_at}
    if outcome.kind in {"merged", "dropped"}:
        return _DELETE, key
    if outcome.kind in {"sent", "part"}:
        return _MARK_SENT, key | {
            "new_sent_at": at,
            "new_due_at": at + KEEP_SENT,
            "new_is_part": outcome.kind == "part",
        }
    key["its_leased_until"] = outcome.leased_until
    if outcome.kind == "untried":
        return _RELEASE, key
    if outcome.kind == "postponed":
        return _POSTPONE, key | {"new_due_at": at + POSTPONE_FOR}
    attempts = row.attempts + 1
    wait = pause(attempts, is_server_away=outcome.kind == "unavailable")
    return _DELAY, key | {
        "new_status": "dead" if outcome.is_dead else "queued",
        "new_due_at": at + (KEEP_DEAD if outcome.is_dead else wait),
        "new_last_error": outcome.reason[:200],
        "new_attempts": attempts,
        "new_first_tried_at": row.first_tried_at or at,
    }


_IS_ROW = (
    OutboxMail.id == bindparam("its_id"),
    OutboxMail.queued_at == bindparam("its_queued_at"),  # SQLite reuses ids
    OutboxMail.status == "queued",
)
_IS_OURS = update(OutboxMail).where(
    *_IS_ROW, OutboxMail.leased_until == bindparam("its_leased_until")
)
_DELETE = delete(OutboxMail).where(*_IS_ROW)
_RELEASE = _IS_OURS.values(leased_until=None)
_POSTPONE = _IS_OURS.values(leased_until=None, **bind_columns("new", ["due_at"]))
_DELAY = _IS_OURS.values(
    leased_until=None,
    **bind_columns("new", ("status", "due_at", "last_error", "attempts", "first_tried_at")),
)
_MARK_SENT = (
    update(OutboxMail)
    .where(*_IS_ROW)
    .values(
        status="sent",
        recipient=None,
        leased_until=None,
        last_error=None,
        attempts=OutboxMail.attempts + 1,
        **bind_columns("new", ("sent_at", "due_at", "is_part")),
    )
)
