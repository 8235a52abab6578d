"""Writing down what became of the rows of a mail: once, whatever happened meanwhile."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, and_, delete, update

from campaign_actions.outbox.models import OutboxMail
from campaign_actions.outbox.taking import Taken

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 30, 60, 120, 240))
PAUSE_WHILE_AWAY = timedelta(minutes=5)  # at most, when the server is away: no fault of the mail
PATIENCE = timedelta(hours=72)  # from the first try on
KEEP_SENT = timedelta(hours=48)  # for the mailbox's daily number
KEEP_DEAD = timedelta(days=30)  # for staff to see and to try again
Kind = Literal["sent", "joined", "dropped", "delayed", "away", "refused"]


@dataclass(frozen=True)
class Outcome:
    """What became of one row. "joined": it went out as part of another row's mail."""

    kind: Kind
    row: Taken
    leased_until: datetime
    at: datetime
    reason: str = ""  # in words, nothing personal

    @property
    def is_dead(self) -> bool:
        """Refused for good, or tried for as long as anybody would wait."""
        first_tried_at = self.row.first_tried_at or self.at
        is_out_of_patience = self.at - first_tried_at >= PATIENCE
        return self.kind == "refused" or (self.kind in {"delayed", "away"} and is_out_of_patience)


def settle(connection: Connection, outcomes: Iterable[Outcome]) -> None:
    """What was handed over is written down whoever has the row now; else only while it is ours."""
    for outcome in outcomes:
        is_row = and_(
            OutboxMail.id == outcome.row.id,
            OutboxMail.queued_at == outcome.row.queued_at,  # SQLite gives ids anew
            OutboxMail.status == "queued",
        )
        is_ours = OutboxMail.leased_until == outcome.leased_until
        if outcome.kind in {"joined", "dropped"}:
            connection.execute(delete(OutboxMail).where(is_row))
        elif outcome.kind == "sent":
            connection.execute(update(OutboxMail).where(is_row).values(_sent(outcome)))
        else:
            connection.execute(update(OutboxMail).where(is_row, is_ours).values(_waits(outcome)))


def pause(attempts: int, *, is_server_away: bool = False) -> timedelta:
    """How long a mail waits after so many tries: 1, 2, 5, 15, 30 minutes, 1, 2, 4, 4 … hours."""
    full = PAUSES[min(attempts, len(PAUSES)) - 1]
    return min(full, PAUSE_WHILE_AWAY) if is_server_away else full


def _sent(outcome: Outcome) -> dict[str, Any]:
    return {
        "status": "sent",
        "sent_at": outcome.at,
        "due_at": outcome.at + KEEP_SENT,
        "recipient": None,
        "leased_until": None,
        "last_error": None,
        "attempts": outcome.row.attempts + 1,
    }


def _waits(outcome: Outcome) -> dict[str, Any]:
    attempts = outcome.row.attempts + 1
    rest = pause(attempts, is_server_away=outcome.kind == "away")
    return {
        "status": "dead" if outcome.is_dead else "queued",
        "due_at": outcome.at + (KEEP_DEAD if outcome.is_dead else rest),
        "leased_until": None,
        "last_error": outcome.reason[:200],
        "attempts": attempts,
        "first_tried_at": outcome.row.first_tried_at or outcome.at,
    }
