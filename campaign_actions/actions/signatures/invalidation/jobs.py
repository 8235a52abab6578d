"""Marking all signatures that match a filter, in the background: starting it, cancelling it, undoing it.

The worker does the work (see run_jobs.py).
"""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection, Row, insert, select, update

from campaign_actions.actions.models import COUNTED, InvalidationBatch, Signature
from campaign_actions.actions.models.batches import NAMED, TIMED
from campaign_actions.actions.signatures.clusters.decide import (
    close_clusters,
    reopen_clusters_of,
)
from campaign_actions.actions.signatures.clusters.left import (
    closed_clusters_with,
    emptied_clusters,
)
from campaign_actions.actions.signatures.filters.filter import SignatureFilter
from campaign_actions.actions.signatures.invalidation.invalidate import in_batch
from campaign_actions.actions.signatures.keyset_pagination import encode_time
from campaign_actions.audit.log import add_entry
from campaign_actions.core.db.session import db, write_transaction
from campaign_actions.core.errors import Conflict

BatchRow = Row[*tuple[Any, ...]]  # columns of InvalidationBatch, by name
BATCHES = InvalidationBatch.__table__


class BatchIsRunning(Conflict):
    title = _l("This batch is not finished")
    message = _l("Nothing was changed. Wait until it is finished, or cancel it first.")


class AlreadyUndone(Conflict):
    title = _l("There is nothing left to undo")
    message = _l(
        "Someone has undone this batch already, or everything in it has been changed or deleted since."
    )


class AlreadyEnded(Conflict):
    title = _l("There is nothing left to cancel")
    message = _l("This batch has ended already. You can still undo it.")


def start(
    action_id: int,
    wanted: SignatureFilter,
    *,
    action: str,
    reason: str,
    actor: str,
    now: datetime,
    staff_id: int | None = None,
    matching: int | None = None,
) -> int:
    """Have all signatures that match now marked invalid. Returns the id of their batch.

    `reason`: one of INVALIDATION_REASONS. `wanted` must not be empty. Its status is COUNTED, which goes
    without saying, "pending" or MARKABLE. `matching`: how many match, if they have been counted. Otherwise
    the worker counts them, when other batches may have marked some.
    """
    values = {
        "action_id": action_id,
        "marked_at": now,
        "staff_id": staff_id,
        "reason": reason,
        "filter": {"status": COUNTED} | wanted.filter(),
        "rows_matching": matching,
    }
    with write_transaction() as connection:
        batch = connection.execute(
            insert(InvalidationBatch).values(values).returning(InvalidationBatch.id)
        ).scalar_one()
        add_entry(
            connection,
            "invalidation-started",
            actor=actor,
            now=now,
            subject=action,
            batch=encode_time(now),
            reason=reason,
            **wanted.audit_details(),
        )
    return batch


def cancel(batch_id: int, *, action: str, actor: str, now: datetime) -> int:
    """Mark no more signatures. Returns how many are marked, and stay so.

    Clusters that it decided are proposed again, unless it has marked everyone in them. Raises AlreadyEnded.
    """
    with write_transaction() as connection:
        batch = _lock(connection, batch_id)
        if batch.state != "running":
            raise AlreadyEnded
        end(connection, batch, state="cancelled", now=now)
        reopen_clusters_of(connection, batch.action_id, batch_id=batch_id)
        add_entry(
            connection,
            "invalidation-cancelled",
            actor=actor,
            now=now,
            subject=action,
            rows=batch.rows_marked,
            batch=encode_time(batch.marked_at),
        )
    _close_emptied(batch, now)
    return int(batch.rows_marked)


def start_undo(
    batch_id: int, *, action: str, actor: str, now: datetime, staff_id: int | None = None
) -> None:
    """Have the signatures of a batch that nobody has changed since made valid again.

    Clusters that it decided are proposed again, and others that have any of these signatures.

    Raises BatchIsRunning, AlreadyUndone.
    """
    others = _clusters_with(batch_id)
    with write_transaction() as connection:
        batch = _lock(connection, batch_id)
        if batch.state == "running":
            raise BatchIsRunning
        left = select(Signature.id).where(*in_batch(batch.action_id, batch_id)).limit(1)
        if batch.state == "undoing" or connection.execute(left).first() is None:
            raise AlreadyUndone
        update_batch(connection, batch_id, state="undoing", undone_at=now, undone_by=staff_id)
        reopen_clusters_of(connection, batch.action_id, batch_id=batch_id, others=others)
        add_entry(
            connection,
            "undo-started",
            actor=actor,
            now=now,
            subject=action,
            batch=encode_time(batch.marked_at),
        )


def end(connection: Connection, batch: BatchRow, *, state: str, now: datetime) -> None:
    """End a batch, and forget whom its filter named, or a filling time that was deleted on the way."""
    kept, marks = filter_of(batch), {}
    if kept.name or kept.email:
        marks[NAMED] = True
    if kept.fill_time and _lacks_fill_times(connection, batch):
        kept, marks[TIMED] = kept.without_fill_time(), True
    update_batch(
        connection,
        batch.id,
        state=state,
        ended_at=now,
        filter=kept.without_person().filter() | marks,
    )


def filter_of(batch: BatchRow) -> SignatureFilter:
    return SignatureFilter.of_batch(batch.filter)


def _lacks_fill_times(connection: Connection, batch: BatchRow) -> bool:
    its = select(Signature.id).where(*in_batch(batch.action_id, batch.id))
    return connection.execute(its.where(Signature.fill_time.is_(None)).limit(1)).first() is not None


def _close_emptied(batch: BatchRow, now: datetime) -> None:
    """Close clusters, as the end of a batch does (run_jobs.py), for one that ends before that."""
    if emptied := emptied_clusters(batch.action_id):
        with write_transaction() as connection:
            decided = {"staff_id": batch.staff_id, "batch_id": batch.id, "now": now}
            close_clusters(connection, emptied, **decided)


def _clusters_with(batch_id: int) -> list[int]:
    """Those closed that have signatures of a batch, read before the lock because it may take a second."""
    action_id = db.session.scalar(select(BATCHES.c.action_id).where(BATCHES.c.id == batch_id)) or 0
    return closed_clusters_with(action_id, *in_batch(action_id, batch_id))


def update_batch(connection: Connection, batch_id: int, **values: object) -> None:
    change = update(InvalidationBatch).where(InvalidationBatch.id == batch_id)
    connection.execute(change.values(values))


def _lock(connection: Connection, batch_id: int) -> BatchRow:
    """Waits for the worker’s present transaction, which is short."""
    batch = select(BATCHES).where(BATCHES.c.id == batch_id)
    return connection.execute(batch.with_for_update()).one()
