"""Queries for invalidation batches, which staff can undo or delete as a whole."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Executable, Select, func, select, text

from campaign_actions.actions.models import UNFINISHED, InvalidationBatch, Signature
from campaign_actions.actions.models.batches import NAMED, TIMED
from campaign_actions.actions.signatures.filters.filter import SignatureFilter
from campaign_actions.actions.signatures.invalidation.jobs import filter_of
from campaign_actions.core.db.session import db
from campaign_actions.staff.queries import member_names

IS_ENDED = InvalidationBatch.state.not_in(("running", "undoing"))


@dataclass(frozen=True)
class Batch:
    """Signatures that are marked invalid together."""

    id: int
    action_id: int
    at: datetime  # when it was started
    author: str  # empty for a command, or if no longer known
    reason: str
    state: str  # one of BATCH_STATES
    filter: SignatureFilter
    was_named: bool  # whether the filter named a person; who it was has been forgotten
    was_timed: bool  # whether it had a filling time, which is no longer kept
    rows: int  # how many were marked so far
    matching: int | None  # how many matched at the start; None until they are counted
    has_rows: bool  # whether it still has signatures
    rows_undone: int
    undone_at: datetime | None
    undone_by: str

    @property
    def is_unfinished(self) -> bool:
        return self.state in ("running", "undoing")

    @property
    def can_be_undone(self) -> bool:
        return self.has_rows and not self.is_unfinished

    @property
    def taken(self) -> int:
        """Signatures that matched at the start and that others had changed before they were marked."""
        return max((self.matching or 0) - self.rows, 0) if self.state != "cancelled" else 0

    @property
    def changed_since(self) -> int:
        """Signatures that were not made valid again, because someone had changed or deleted them."""
        return self.rows - self.rows_undone if self.state == "undone" else 0


def batches(
    action_id: int, *, offset: int, limit: int, wants_unfinished: bool = True
) -> list[Batch]:
    """The batches of an action, newest first."""
    newest = _select_batches(action_id).order_by(InvalidationBatch.id.desc())
    if not wants_unfinished:
        newest = newest.where(IS_ENDED)
    return _read(newest.offset(offset).limit(limit))


def unfinished_batches(action_id: int) -> list[Batch]:
    """Those on which the worker works, the oldest first."""
    unfinished = _select_batches(action_id).where(text(UNFINISHED))
    return _read(unfinished.order_by(InvalidationBatch.id))


def count_ended_batches(action_id: int) -> int:
    of_action = select(func.count()).where(InvalidationBatch.action_id == action_id, IS_ENDED)
    return db.session.scalar(of_action) or 0


def find_batch(action_id: int, batch_id: int) -> Batch | None:
    return next(
        iter(_read(_select_batches(action_id).where(InvalidationBatch.id == batch_id))), None
    )


@dataclass(frozen=True)
class StartedBatch:
    id: int
    action_id: int
    at: datetime
    rows: int  # how many were marked so far
    is_undone: bool


def batches_started(
    action_ids: Iterable[int], *, since: datetime, until: datetime
) -> list[StartedBatch]:
    """Those of a period that marked anyone, the oldest first."""
    batch = InvalidationBatch
    is_undone = batch.state.in_(("undoing", "undone"))
    rows = db.session.execute(
        select(batch.id, batch.action_id, batch.marked_at, batch.rows_marked, is_undone)
        .where(
            batch.action_id.in_(list(action_ids)),
            batch.marked_at.between(since, until),
            batch.rows_marked > 0,
        )
        .order_by(batch.id)
    )
    return [StartedBatch(*row) for row in rows]


def _select_batches(action_id: int) -> Select[*tuple[Any, ...]]:
    has_rows = select(Signature.id).where(
        Signature.action_id == InvalidationBatch.action_id,
        Signature.invalidation_batch_id == InvalidationBatch.id,
    )
    columns = *InvalidationBatch.__table__.columns, has_rows.exists().label("has_rows")
    return select(*columns).where(InvalidationBatch.action_id == action_id)


def _read(query: Executable) -> list[Batch]:
    rows = db.session.execute(query).all()
    names = member_names(staff_id for row in rows for staff_id in (row.staff_id, row.undone_by))
    return [
        Batch(
            id=row.id,
            action_id=row.action_id,
            at=row.marked_at,
            author=names.get(row.staff_id or 0, ""),
            reason=row.reason,
            state=row.state,
            filter=filter_of(row),
            was_named=NAMED in row.filter,
            was_timed=TIMED in row.filter,
            rows=row.rows_marked,
            matching=row.rows_matching,
            has_rows=row.has_rows,
            rows_undone=row.rows_undone,
            undone_at=row.undone_at,
            undone_by=names.get(row.undone_by or 0, ""),
        )
        for row in rows
    ]
