"""Marking signatures invalid, one or many by a condition, and making them valid again.

An invalid signature keeps everything and counts no more; the count follows through the ledger. Once
the person has withdrawn it, there is nothing left that could be made valid (`withdrawing.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from campaign_actions.actions.counts.ledger import add_ledger_entries, add_ledger_entry
from campaign_actions.actions.models import Signature
from campaign_actions.actions.signatures.keyset import name_of_moment
from campaign_actions.audit.log import add_entry
from campaign_actions.core.db.session import count_at_most, write_transaction

MOST = 2000  # signatures a transaction changes, so that signers never wait long for the lock
OPPOSITE = {"invalid": "confirmed", "confirmed": "invalid"}


@dataclass(frozen=True)
class Condition:
    """Which signatures of an action: signed from `since` on, before `until`. Empty: any."""

    action_id: int
    since: datetime
    until: datetime
    country_code: str = ""
    source: str = ""

    def holds(self) -> tuple[Any, ...]:
        """As SQL; along the index of an action and its times."""
        held = [
            Signature.action_id == self.action_id,
            Signature.signed_at >= self.since,
            Signature.signed_at < self.until,
        ]
        if self.country_code:
            held.append(Signature.country_code == self.country_code)
        if self.source:
            held.append(Signature.source == self.source)
        return tuple(held)

    def in_words(self) -> dict[str, Any]:
        """What the audit log says of it; batches.py reads it."""
        return {
            "action_id": self.action_id,
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
            "country": self.country_code,
            "source": self.source,
        }


def invalidate(
    signature: Signature, *, action: str, reason: str, actor: str, now: datetime
) -> bool:
    """Count a confirmed signature no more; True if this call did it. `reason`: a word of ours."""
    return _turn(signature, "invalid", now, actor, action=action, change="invalid", reason=reason)


def validate(signature: Signature, *, action: str, actor: str, now: datetime) -> bool:
    """Count an invalid signature again; True if this call did it."""
    return _turn(signature, "confirmed", now, actor, action=action, change="valid")


def invalidate_some(
    condition: Condition, batch: datetime, *, action: str, reason: str, actor: str, now: datetime
) -> int:
    """Mark the next confirmed signatures that a condition holds for; how many, 0 when all are.

    All of one batch were marked at its instant: by it they are found again. One that was made valid
    and marked again since belongs to it no more.
    """
    with write_transaction() as connection:
        rows = _hold(connection, condition, Signature.status == "confirmed")
        if rows:
            _turn_all(connection, rows, "invalid", at=batch, now=now)
            facts = {**condition.in_words(), "batch": name_of_moment(batch), "reason": reason}
            add_entry(
                connection,
                "invalidated",
                actor=actor,
                now=now,
                subject=action,
                rows=len(rows),
                **facts,
            )
    return len(rows)


def validate_some(
    condition: Condition, batch: datetime, *, action: str, actor: str, now: datetime
) -> int:
    """Make the next signatures of a batch valid again; how many, 0 when none is left."""
    are_of_batch = Signature.status == "invalid", Signature.invalidated_at == batch
    with write_transaction() as connection:
        rows = _hold(connection, condition, *are_of_batch)
        if rows:
            _turn_all(connection, rows, "confirmed", at=now, now=now)
            add_entry(
                connection,
                "validated",
                actor=actor,
                now=now,
                subject=action,
                rows=len(rows),
                batch=name_of_moment(batch),
            )
    return len(rows)


def count_matching(condition: Condition, *, most: int) -> int:
    """How many confirmed signatures a condition holds for, counted up to `most`."""
    rows = select(Signature.id).where(*condition.holds(), Signature.status == "confirmed")
    return count_at_most(rows, most)


def _turn(signature: Signature, status: str, now: datetime, actor: str, **facts: str) -> bool:
    """Of two who press at once, the update decides which one it was."""
    this = Signature.id == signature.id, Signature.status == OPPOSITE[status]
    turned = update(Signature).where(*this).values(_as(status, now))
    with write_transaction() as connection:
        row = connection.execute(turned.returning(*Signature.__table__.columns)).one_or_none()
        if row:
            add_ledger_entry(connection, row, +1 if status == "confirmed" else -1, now)
            add_entry(
                connection,
                "signature-changed",
                actor=actor,
                now=now,
                subject=row.public_id,
                rows=1,
                **facts,
            )
    return row is not None


def _hold(connection: Connection, condition: Condition, *are: Any) -> Sequence[Any]:
    """The next rows, held; who is withdrawn at this moment is left out."""
    some = (
        select(Signature.__table__)
        .where(*condition.holds(), *are)
        .order_by(Signature.signed_at, Signature.id)
        .limit(MOST)
    )
    return connection.execute(some.with_for_update(skip_locked=True)).all()


def _turn_all(
    connection: Connection, rows: Sequence[Any], status: str, *, at: datetime, now: datetime
) -> None:
    ids = [row.id for row in rows]
    turned = update(Signature).where(Signature.id.in_(ids))
    connection.execute(turned.values(_as(status, at)))
    add_ledger_entries(connection, rows, +1 if status == "confirmed" else -1, now)


def _as(status: str, at: datetime) -> dict[str, Any]:
    invalidated_at = at if status == "invalid" else None
    return {"status": status, "invalidated_at": invalidated_at, "updated_at": at}
