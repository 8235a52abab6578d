"""Writing down what became of the rows of a mail: once, whatever happened meanwhile."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import bindparam, delete, update

from campaign_actions.core.db.session import write_async_commit, write_transaction
from campaign_actions.core.db.upsert import bind_columns
from campaign_actions.outbox.lease import LeasedEmail
from campaign_actions.outbox.models import OutboxMail

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 30, 60, 120, 240))
PAUSE_WHILE_AWAY = timedelta(minutes=5)  # at most, when the server is away: no fault of the mail
MAX_AGE = timedelta(hours=72)  # from the first try on
KEEP_SENT = timedelta(hours=48)  # for the mailbox's daily number
KEEP_DEAD = timedelta(days=30)  # for staff to see and to try again
EARLY = timedelta(minutes=1)  # no longer, or outbox/waking would take it for forgotten
Kind = Literal["sent", "joined", "dropped", "early", "delayed", "away", "refused", "left"]


@dataclass(frozen=True)
class Outcome:
    """What became of one row.

    "joined": it went out as part of another row's mail; "left": it was not tried;
    "early": what it tells about is held up, so it is asked again in a minute.
    """

    kind: Kind
    row: LeasedEmail
    leased_until: datetime
    at: datetime
    reason: str = ""  # in words, nothing personal

    @property
    def is_dead(self) -> bool:
        """Refused for good, or tried for as long as anybody would wait."""
        first_tried_at = self.row.first_tried_at or self.at
        is_out_of_patience = self.at - first_tried_at >= MAX_AGE
        return self.kind == "refused" or (self.kind in {"delayed", "away"} and is_out_of_patience)


def record_outcomes(outcomes: Sequence[Outcome]) -> None:
    """What was handed over is written down whoever has the row now; else only while it is ours.

    One row's is a note: if it is lost with the power, its mail goes out again, under the same
    Message-ID. Those of several rows are one transaction, since they are one mail.
    """
    if len(outcomes) == 1:
        write_async_commit(*_statement(outcomes[0]))
        return
    with write_transaction() as connection:
        for outcome in outcomes:
            connection.execute(*_statement(outcome))


def pause(attempts: int, *, is_server_away: bool = False) -> timedelta:
    """How long a mail waits after so many tries: 1, 2, 5, 15, 30 minutes, 1, 2, 4, 4 … hours."""
    full = PAUSES[min(attempts, len(PAUSES)) - 1]
    return min(full, PAUSE_WHILE_AWAY) if is_server_away else full


def _statement(outcome: Outcome) -> tuple[Any, dict[str, Any]]:
    row, at = outcome.row, outcome.at
    found = {"its_id": row.id, "its_queued_at": row.queued_at}
    if outcome.kind in {"joined", "dropped"}:
        return _GONE, found
    if outcome.kind == "sent":
        return _SENT, found | {"new_sent_at": at, "new_due_at": at + KEEP_SENT}
    found["its_leased_until"] = outcome.leased_until
    if outcome.kind == "left":
        return _LEFT, found
    if outcome.kind == "early":
        return _EARLY, found | {"new_due_at": at + EARLY}
    attempts = row.attempts + 1
    rest = pause(attempts, is_server_away=outcome.kind == "away")
    return _WAITS, found | {
        "new_status": "dead" if outcome.is_dead else "queued",
        "new_due_at": at + (KEEP_DEAD if outcome.is_dead else rest),
        "new_last_error": outcome.reason[:200],
        "new_attempts": attempts,
        "new_first_tried_at": row.first_tried_at or at,
    }


_IS_ROW = (
    OutboxMail.id == bindparam("its_id"),
    OutboxMail.queued_at == bindparam("its_queued_at"),  # SQLite gives ids anew
    OutboxMail.status == "queued",
)
_IS_OURS = update(OutboxMail).where(
    *_IS_ROW, OutboxMail.leased_until == bindparam("its_leased_until")
)
_GONE = delete(OutboxMail).where(*_IS_ROW)
_LEFT = _IS_OURS.values(leased_until=None)
_EARLY = _IS_OURS.values(leased_until=None, **bind_columns("new", ["due_at"]))
_WAITS = _IS_OURS.values(
    leased_until=None,
    **bind_columns("new", ("status", "due_at", "last_error", "attempts", "first_tried_at")),
)
_SENT = (
    update(OutboxMail)
    .where(*_IS_ROW)
    .values(
        status="sent",
        recipient=None,
        leased_until=None,
        last_error=None,
        attempts=OutboxMail.attempts + 1,
        **bind_columns("new", ("sent_at", "due_at")),
    )
)
