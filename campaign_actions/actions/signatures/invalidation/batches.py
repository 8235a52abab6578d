"""Queries for invalidation batches, which staff can undo or delete as a whole."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Executable, Select, func, select

from campaign_actions.actions.models import InvalidationBatch, Signature
from campaign_actions.actions.signatures.invalidation.invalidate import Condition
from campaign_actions.core.db.session import db
from campaign_actions.staff.queries import member_names


@dataclass(frozen=True)
class Batch:
    """Signatures that were marked invalid together."""

    id: int
    at: datetime  # when the first signature was marked
    author: str  # empty for a command, or if no longer known
    reason: str
    rows: int  # how many were marked
    condition: Condition
    has_rows: bool  # whether it still has signatures
    rows_undone: int
    undone_at: datetime | None
    undone_by: str


def batches(action_id: int, *, offset: int, limit: int) -> list[Batch]:
    """The batches of an action, newest first."""
    newest = (
        _select_batches(action_id).order_by(InvalidationBatch.id.desc()).offset(offset).limit(limit)
    )
    return _read(newest)


def count_batches(action_id: int) -> int:
    of_action = select(func.count()).where(InvalidationBatch.action_id == action_id)
    return db.session.scalar(of_action) or 0


def find_batch(action_id: int, batch_id: int) -> Batch | None:
    return next(
        iter(_read(_select_batches(action_id).where(InvalidationBatch.id == batch_id))), None
    )


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
            at=row.marked_at,
            author=names.get(row.staff_id or 0, ""),
            reason=row.reason,
            rows=row.rows_marked,
            condition=Condition(row.action_id, row.since, row.until, row.country_code, row.source),
            has_rows=row.has_rows,
            rows_undone=row.rows_undone,
            undone_at=row.undone_at,
            undone_by=names.get(row.undone_by or 0, ""),
        )
        for row in rows
    ]
