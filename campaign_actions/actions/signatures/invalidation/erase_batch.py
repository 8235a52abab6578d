"""Erasing the signatures that are left in an invalidation batch, and the emails about them.

Invalid signatures are in no count, so nothing is written to the ledger.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self

from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection, func, select, text

from campaign_actions.actions.models import UNFINISHED, InvalidationBatch, Signature
from campaign_actions.actions.signatures.invalidation.batches import Batch
from campaign_actions.actions.signatures.invalidation.invalidate import in_batch
from campaign_actions.actions.signatures.invalidation.jobs import BatchIsRunning
from campaign_actions.actions.signatures.keyset_pagination import encode_time
from campaign_actions.actions.signatures.withdraw import erase_rows
from campaign_actions.audit.log import add_entry
from campaign_actions.core.db.session import db, write_transaction
from campaign_actions.core.errors import Conflict
from campaign_actions.staff.dual_control import Approval, Operation

BATCH_SIZE = 500  # signatures in one transaction, so that signers never wait long for its locks


class BatchIsEmpty(Conflict):
    title = _l("There is nothing left to delete")
    message = _l("Everything in this batch has been deleted or changed since.")


@dataclass(frozen=True)
class EraseBatch(Operation):
    """Erase the signatures that are left in a batch, at most `rows` of them."""

    kind: ClassVar[str] = "erase-batch"
    permission: ClassVar[str] = "signatures.erase"
    is_deferred: ClassVar[bool] = True

    campaign: int
    action_id: int
    action: str  # its name
    batch: int
    marked_at: str
    filter: Mapping[str, Any]  # of the batch, as JSON
    rows: int

    @classmethod
    def of(cls, batch: Batch, *, campaign_id: int, action: str) -> Self:
        return cls(
            campaign=campaign_id,
            action_id=batch.action_id,
            action=action,
            batch=batch.id,
            marked_at=batch.at.isoformat(),
            filter=batch.filter.without_person().without_fill_time().filter(),
            rows=count_left(db.session.connection(), batch.action_id, batch.id),
        )

    @property
    def target(self) -> str:
        return f"action-{self.action_id}-batch-{self.batch}"

    @property
    def campaign_id(self) -> int | None:
        return self.campaign

    def subject(self) -> str:
        return self.action

    @property
    def at(self) -> datetime:
        return datetime.fromisoformat(self.marked_at)

    def check(self, connection: Connection, actor: str) -> None:
        """Raises BatchIsEmpty, BatchIsRunning."""
        unfinished = select(InvalidationBatch.id).filter_by(id=self.batch).where(text(UNFINISHED))
        if connection.execute(unfinished).first():
            raise BatchIsRunning
        if not count_left(connection, self.action_id, self.batch):
            raise BatchIsEmpty

    def seen(self, connection: Connection) -> Mapping[str, int]:
        return {"rows": count_left(connection, self.action_id, self.batch)}

    def has_changed(self, connection: Connection, seen: Mapping[str, Any]) -> bool:
        """Whether the batch has grown. Fewer signatures than approved need no new approval."""
        return bool(self.seen(connection)["rows"] > seen["rows"])


def count_left(connection: Connection, action_id: int, batch_id: int) -> int:
    """How many signatures are left in a batch: those not changed since it was marked."""
    rows = select(func.count(Signature.id)).where(*in_batch(action_id, batch_id))
    return connection.scalar(rows) or 0


def erase_next(operation: EraseBatch, *, approval: Approval, now: datetime) -> int:
    """Erase the next signatures of a batch. Returns their number, 0 when none is left."""
    with write_transaction() as connection:
        return erase_next_in_transaction(
            connection, operation, approval=approval, limit=BATCH_SIZE, now=now
        )


def erase_next_in_transaction(
    connection: Connection,
    operation: EraseBatch,
    *,
    approval: Approval,
    limit: int,
    now: datetime,
) -> int:
    """The same in the caller's transaction, with at most `limit` signatures."""
    signatures = (
        select(Signature.__table__)
        .where(*in_batch(operation.action_id, operation.batch))
        .order_by(Signature.id)
        .limit(min(limit, BATCH_SIZE))
    )
    rows = connection.execute(signatures.with_for_update()).all()
    if rows:
        erase_rows(connection, rows, now=now)
        add_entry(
            connection,
            "batch-erased",
            actor=approval.actor,
            now=now,
            subject=operation.action,
            rows=len(rows),
            batch=encode_time(operation.at),
            **approval.details(),
        )
    return len(rows)
