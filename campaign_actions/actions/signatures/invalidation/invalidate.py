"""Marking signatures invalid, and making them valid again.

An invalid signature keeps its data but no longer counts. One that was pending becomes pending again.
Signatures that are marked together form a batch (see jobs.py) and refer to it until someone changes them.
A signature that the person has withdrawn cannot be made valid again (see withdraw.py).
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, case, update

from campaign_actions.actions.counts.ledger import add_ledger_entries, add_ledger_entry
from campaign_actions.actions.models import (
    COUNTED,
    PENDING,
    Signature,
    SignatureRow,
    are_signatures,
    is_signature,
)
from campaign_actions.actions.signatures.clusters.decide import close_clusters, reopen_clusters
from campaign_actions.actions.signatures.clusters.left import (
    closed_clusters_with,
    emptied_clusters,
)
from campaign_actions.audit.log import add_entry
from campaign_actions.core.db.session import write_transaction

STATUS_BEFORE = {"invalid": "confirmed", "confirmed": "invalid"}


def invalidate(
    signature: Signature,
    *,
    action: str,
    reason: str,
    actor: str,
    now: datetime,
    staff_id: int | None = None,
) -> bool:
    """Mark a confirmed signature invalid. Returns True if this call did it.

    Clusters that have nobody else left are closed. `reason`: one of INVALIDATION_REASONS.
    """
    emptied = emptied_clusters(signature.action_id, marked=[signature.id])
    details = {"action": action, "change": "invalid", "reason": reason}
    with write_transaction() as connection:
        is_changed = _change_status(connection, signature, "invalid", now, actor, **details)
        if is_changed:
            close_clusters(connection, emptied, staff_id=staff_id, now=now)
    return is_changed


def validate(signature: Signature, *, action: str, actor: str, now: datetime) -> bool:
    """Make an invalid signature what it was before. Returns True if this call did it.

    Clusters that were closed because the last of them was marked like this are proposed again.
    """
    closed = closed_clusters_with(signature.action_id, is_signature(signature))
    details = {"action": action, "change": "valid"}
    with write_transaction() as connection:
        is_changed = _change_status(connection, signature, "confirmed", now, actor, **details)
        if is_changed:
            reopen_clusters(connection, closed)
    return is_changed


def in_batch(action_id: int, batch_id: int) -> tuple[ColumnElement[bool], ...]:
    """Conditions for the signatures left in a batch, which use the index of batches."""
    return Signature.action_id == action_id, Signature.invalidation_batch_id == batch_id


def change_all(
    connection: Connection,
    rows: Sequence[SignatureRow],
    status: str,
    now: datetime,
    *,
    batch_id: int | None = None,
) -> None:
    """Mark signatures that the caller has locked, all of one action."""
    change = update(Signature).where(are_signatures(rows[0].action_id, [row.id for row in rows]))
    connection.execute(change.values(_status_values(status, now, batch_id)))
    counted = [row for row in rows if row.confirmed_at]
    add_ledger_entries(connection, counted, +1 if status == COUNTED else -1, now)


def _change_status(
    connection: Connection,
    signature: Signature,
    status: str,
    now: datetime,
    actor: str,
    **details: str,
) -> bool:
    """The update checks the status, so only one of two simultaneous calls succeeds."""
    unchanged = is_signature(signature), Signature.status == STATUS_BEFORE[status]
    change = update(Signature).where(*unchanged).values(_status_values(status, now))
    row = connection.execute(change.returning(*Signature.__table__.columns)).one_or_none()
    if row is None:
        return False
    if row.confirmed_at:
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
    return True


def _status_values(status: str, now: datetime, batch_id: int | None = None) -> dict[str, object]:
    """`status`: "invalid", or COUNTED for what a signature was before."""
    was_pending = Signature.confirmed_at.is_(None)
    return {
        "status": case((was_pending, PENDING), else_=COUNTED) if status == COUNTED else status,
        "invalidated_at": now if status == "invalid" else None,
        "invalidation_batch_id": batch_id,
        "updated_at": now,
    }
