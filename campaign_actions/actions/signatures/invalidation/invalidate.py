"""Marking signatures invalid, singly or by a condition, and making them valid again.

An invalid signature keeps its data but no longer counts. Signatures marked by one condition form a
batch and refer to it until someone changes them. A signature that the person has withdrawn cannot
be made valid again (see withdraw.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, TypedDict

from sqlalchemy import ColumnElement, Connection, Row, SQLColumnExpression, insert, select, update

from campaign_actions.actions.counts.ledger import add_ledger_entries, add_ledger_entry
from campaign_actions.actions.models import (
    COUNTED,
    InvalidationBatch,
    Signature,
    SignatureRow,
    are_signatures,
    is_signature,
)
from campaign_actions.actions.signatures.keyset_pagination import encode_time
from campaign_actions.audit.log import add_entry
from campaign_actions.core.db.session import count_at_most, write_transaction

BATCH_SIZE = 2000  # signatures in one transaction, so that signers never wait long for its locks
STATUS_BEFORE = {"invalid": "confirmed", "confirmed": "invalid"}
BatchRow = Row[*tuple[Any, ...]]  # columns of InvalidationBatch, by name


class ConditionDetails(TypedDict):
    """A condition as the audit log and requests for approval record it."""

    action_id: int
    since: str
    until: str
    country: str
    source: str


@dataclass(frozen=True)
class Condition:
    """Signatures of an action from `since` (inclusive) until `until` (exclusive). Empty means any.

    The fields are columns of InvalidationBatch.
    """

    action_id: int
    since: datetime
    until: datetime
    country_code: str = ""
    source: str = ""

    def as_sql(self) -> tuple[ColumnElement[bool], ...]:
        """Conditions that use the index of action and time of signing."""
        conditions = [
            Signature.action_id == self.action_id,
            Signature.signed_at >= self.since,
            Signature.signed_at < self.until,
        ]
        if self.country_code:
            conditions.append(Signature.country_code == self.country_code)
        if self.source:
            conditions.append(Signature.source == self.source)
        return tuple(conditions)

    def audit_details(self) -> ConditionDetails:
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
    """Mark a confirmed signature invalid. Returns True if this call did it.

    `reason`: one of INVALIDATION_REASONS.
    """
    return _change_status(
        signature, "invalid", now, actor, action=action, change="invalid", reason=reason
    )


def validate(signature: Signature, *, action: str, actor: str, now: datetime) -> bool:
    """Confirm an invalid signature again. Returns True if this call did it."""
    return _change_status(signature, "confirmed", now, actor, action=action, change="valid")


def invalidate_matching(
    condition: Condition,
    batch_id: int | None = None,
    *,
    action: str,
    reason: str,
    actor: str,
    now: datetime,
    staff_id: int | None = None,
) -> tuple[int | None, int]:
    """Mark the next confirmed signatures that match. Returns their batch and their number.

    The number is 0 when all are marked. The signatures are added to the given batch if it has this
    condition and was not undone; otherwise a new batch is created.
    """
    with write_transaction() as connection:
        batch = _lock_open_batch(connection, condition, batch_id) if batch_id else None
        confirmed = *condition.as_sql(), Signature.status == COUNTED
        rows = _lock_next(connection, confirmed, order=(Signature.signed_at, Signature.id))
        if not rows:
            return batch.id if batch else None, 0
        if batch:
            _update_batch(connection, batch, rows_marked=batch.rows_marked + len(rows))
        else:
            own = {"reason": reason, "staff_id": staff_id, "marked_at": now}
            batch = _insert_batch(connection, condition, own | {"rows_marked": len(rows)})
        _change_all(connection, rows, "invalid", now, batch_id=batch.id)
        add_entry(
            connection,
            "invalidated",
            actor=actor,
            now=now,
            subject=action,
            rows=len(rows),
            batch=encode_time(batch.marked_at),
            reason=reason,
            **condition.audit_details(),
        )
    return batch.id, len(rows)


def validate_batch(
    batch_id: int, *, action: str, actor: str, now: datetime, staff_id: int | None = None
) -> int:
    """Make the next signatures of a batch valid again. Returns their number, 0 when none is left."""
    select_batch = select(InvalidationBatch.__table__).where(InvalidationBatch.id == batch_id)
    with write_transaction() as connection:
        batch = connection.execute(select_batch.with_for_update()).one()
        rows = _lock_next(connection, in_batch(batch.action_id, batch_id), order=(Signature.id,))
        if rows:
            _change_all(connection, rows, "confirmed", now)
            rows_undone = batch.rows_undone + len(rows)
            _update_batch(
                connection, batch, rows_undone=rows_undone, undone_at=now, undone_by=staff_id
            )
            add_entry(
                connection,
                "validated",
                actor=actor,
                now=now,
                subject=action,
                rows=len(rows),
                batch=encode_time(batch.marked_at),
            )
    return len(rows)


def in_batch(action_id: int, batch_id: int) -> tuple[ColumnElement[bool], ...]:
    """Conditions for the signatures left in a batch, which use the index of batches."""
    return Signature.action_id == action_id, Signature.invalidation_batch_id == batch_id


def count_matching(condition: Condition, *, limit: int) -> int:
    """How many confirmed signatures match a condition, counted up to `limit`."""
    rows = select(Signature.id).where(*condition.as_sql(), Signature.status == COUNTED)
    return count_at_most(rows, limit)


def _change_status(
    signature: Signature, status: str, now: datetime, actor: str, **details: str
) -> bool:
    """The update checks the status, so only one of two simultaneous calls succeeds."""
    unchanged = is_signature(signature), Signature.status == STATUS_BEFORE[status]
    change = update(Signature).where(*unchanged).values(_status_values(status, now))
    with write_transaction() as connection:
        row = connection.execute(change.returning(*Signature.__table__.columns)).one_or_none()
        if row:
            add_ledger_entry(connection, row, +1 if status == COUNTED else -1, now)
            add_entry(
                connection,
                "signature-changed",
                actor=actor,
                now=now,
                subject=row.public_id,
                rows=1,
                **details,
            )
    return row is not None


def _lock_open_batch(
    connection: Connection, condition: Condition, batch_id: int
) -> BatchRow | None:
    """Lock a batch; None if it has another condition or was undone."""
    batch = select(InvalidationBatch.__table__).filter_by(
        id=batch_id, undone_at=None, **asdict(condition)
    )
    return connection.execute(batch.with_for_update()).one_or_none()


def _insert_batch(
    connection: Connection, condition: Condition, values: Mapping[str, object]
) -> BatchRow:
    batch = insert(InvalidationBatch).values({**asdict(condition), **values})
    return connection.execute(batch.returning(*InvalidationBatch.__table__.columns)).one()


def _update_batch(connection: Connection, batch: BatchRow, **values: int | datetime | None) -> None:
    change = update(InvalidationBatch).where(InvalidationBatch.id == batch.id)
    connection.execute(change.values(values))


def _lock_next(
    connection: Connection,
    conditions: Sequence[ColumnElement[bool]],
    *,
    order: Sequence[SQLColumnExpression[object]],
) -> Sequence[SignatureRow]:
    """Lock the next rows. Skips locked ones, for example while their signer withdraws."""
    rows = select(Signature.__table__).where(*conditions).order_by(*order).limit(BATCH_SIZE)
    return connection.execute(rows.with_for_update(skip_locked=True)).all()


def _change_all(
    connection: Connection,
    rows: Sequence[SignatureRow],
    status: str,
    now: datetime,
    *,
    batch_id: int | None = None,
) -> None:
    """All rows must belong to one action."""
    change = update(Signature).where(are_signatures(rows[0].action_id, [row.id for row in rows]))
    connection.execute(change.values(_status_values(status, now, batch_id)))
    add_ledger_entries(connection, rows, +1 if status == COUNTED else -1, now)


def _status_values(
    status: str, now: datetime, batch_id: int | None = None
) -> dict[str, str | datetime | int | None]:
    return {
        "status": status,
        "invalidated_at": now if status == "invalid" else None,
        "invalidation_batch_id": batch_id,
        "updated_at": now,
    }
