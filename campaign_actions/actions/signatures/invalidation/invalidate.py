"""Marking signatures invalid, one or many by a condition, and making them valid again.

An invalid signature keeps everything and counts no more; the count follows through the ledger. Those
that were marked by one condition are a batch: they refer to it until somebody changes them. Once
the person has withdrawn it, there is nothing left that could be made valid (`withdrawing.py`).
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from campaign_actions.actions.counts.ledger import add_ledger_entries, add_ledger_entry
from campaign_actions.actions.models import InvalidationBatch, Signature
from campaign_actions.actions.signatures.keyset import name_of_moment
from campaign_actions.audit.log import add_entry
from campaign_actions.core.db.session import count_at_most, write_transaction

MOST = 2000  # signatures a transaction changes, so that signers never wait long for the lock
OPPOSITE = {"invalid": "confirmed", "confirmed": "invalid"}


@dataclass(frozen=True)
class Condition:
    """Which signatures of an action: signed from `since` on, before `until`. Empty: any.

    Its fields are columns of InvalidationBatch.
    """

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
        """What the audit log says of it."""
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
    condition: Condition,
    batch_id: int | None = None,
    *,
    action: str,
    reason: str,
    actor: str,
    now: datetime,
    staff_id: int | None = None,
) -> tuple[int | None, int]:
    """Mark the next confirmed signatures that a condition holds for: of which batch, and how many.

    0: all are marked. They join the batch that is named, if it is of this condition and nobody has
    undone it; otherwise they begin one.
    """
    with write_transaction() as connection:
        batch = _hold_open(connection, condition, batch_id) if batch_id else None
        which = *condition.holds(), Signature.status == "confirmed"
        rows = _hold(connection, which, order=(Signature.signed_at, Signature.id))
        if not rows:
            return batch.id if batch else None, 0
        if batch:
            _note(connection, batch, rows_marked=batch.rows_marked + len(rows))
        else:
            begun = {"reason": reason, "staff_id": staff_id, "marked_at": now}
            batch = _begin(connection, condition, rows_marked=len(rows), **begun)
        _turn_all(connection, rows, "invalid", now, batch_id=batch.id)
        add_entry(
            connection,
            "invalidated",
            actor=actor,
            now=now,
            subject=action,
            rows=len(rows),
            batch=name_of_moment(batch.marked_at),
            reason=reason,
            **condition.in_words(),
        )
    return batch.id, len(rows)


def validate_some(
    batch_id: int, *, action: str, actor: str, now: datetime, staff_id: int | None = None
) -> int:
    """Make the next signatures of a batch valid again; how many, 0 when none is left."""
    this = select(InvalidationBatch.__table__).where(InvalidationBatch.id == batch_id)
    with write_transaction() as connection:
        batch = connection.execute(this.with_for_update()).one()
        rows = _hold(connection, in_batch(batch.action_id, batch_id), order=(Signature.id,))
        if rows:
            _turn_all(connection, rows, "confirmed", now)
            undone = {"rows_undone": batch.rows_undone + len(rows), "undone_at": now}
            _note(connection, batch, undone_by=staff_id, **undone)
            add_entry(
                connection,
                "validated",
                actor=actor,
                now=now,
                subject=action,
                rows=len(rows),
                batch=name_of_moment(batch.marked_at),
            )
    return len(rows)


def in_batch(action_id: int, batch_id: int) -> tuple[Any, ...]:
    """As SQL: the signatures that are still as the batch left them; along the index of batches."""
    return Signature.action_id == action_id, Signature.invalidation_batch_id == batch_id


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


def _hold_open(connection: Connection, condition: Condition, batch_id: int) -> Any:
    """A batch that more signatures may join, held; None if it is for others, or was undone."""
    this = select(InvalidationBatch.__table__).filter_by(
        id=batch_id, undone_at=None, **asdict(condition)
    )
    return connection.execute(this.with_for_update()).one_or_none()


def _begin(connection: Connection, condition: Condition, **values: Any) -> Any:
    batch = insert(InvalidationBatch).values(**asdict(condition), **values)
    return connection.execute(batch.returning(*InvalidationBatch.__table__.columns)).one()


def _note(connection: Connection, batch: Any, **values: Any) -> None:
    this = update(InvalidationBatch).where(InvalidationBatch.id == batch.id)
    connection.execute(this.values(values))


def _hold(connection: Connection, which: Sequence[Any], *, order: Sequence[Any]) -> Sequence[Any]:
    """The next rows, held; who is withdrawn at this moment is left out."""
    some = select(Signature.__table__).where(*which).order_by(*order).limit(MOST)
    return connection.execute(some.with_for_update(skip_locked=True)).all()


def _turn_all(
    connection: Connection,
    rows: Sequence[Any],
    status: str,
    now: datetime,
    *,
    batch_id: int | None = None,
) -> None:
    turned = update(Signature).where(Signature.id.in_([row.id for row in rows]))
    connection.execute(turned.values(_as(status, now, batch_id)))
    add_ledger_entries(connection, rows, +1 if status == "confirmed" else -1, now)


def _as(status: str, now: datetime, batch_id: int | None = None) -> dict[str, Any]:
    invalidated_at = now if status == "invalid" else None
    return {
        "status": status,
        "invalidated_at": invalidated_at,
        "invalidation_batch_id": batch_id,
        "updated_at": now,
    }
