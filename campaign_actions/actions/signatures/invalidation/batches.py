"""What was marked invalid by a condition, as the audit log tells it: so it can be undone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from campaign_actions.actions.signatures.invalidation.invalidate import Condition
from campaign_actions.actions.signatures.keyset import read_moment
from campaign_actions.audit.models import AuditEntry
from campaign_actions.core.db.session import db
from campaign_actions.core.db.stored_json import JsonValue

_NAME: Any = JsonValue(AuditEntry.details, "batch")
_ACTION: Any = JsonValue(AuditEntry.details, "action_id")


@dataclass(frozen=True)
class Batch:
    """Signatures that were marked invalid together."""

    name: str
    at: datetime  # the instant that all of them bear as their last change
    actor: str  # who began it
    reason: str
    rows: int
    condition: Condition


def batches(action_id: int, *, skip: int, most: int) -> list[Batch]:
    """Those of an action, the newest first."""
    newest = _of(action_id).order_by(func.min(AuditEntry.id).desc()).offset(skip).limit(most)
    return _whole(newest)


def count_batches(action_id: int) -> int:
    return db.session.scalar(select(func.count()).select_from(_of(action_id).subquery())) or 0


def find_batch(action_id: int, name: str) -> Batch | None:
    is_name = read_moment(name) is not None
    return next(iter(_whole(_of(action_id).where(name == _NAME))), None) if is_name else None


def _of(action_id: int) -> Any:
    """A batch takes as many entries as it took transactions; the first tells all but the number."""
    entries = select(
        func.min(AuditEntry.id).label("first"), func.sum(AuditEntry.rows).label("rows")
    )
    ours = AuditEntry.event == "invalidated", str(action_id) == _ACTION
    return entries.where(*ours).group_by(_NAME)


def _whole(found: Any) -> list[Batch]:
    rows = {row.first: row.rows for row in db.session.execute(found)}
    first = select(AuditEntry).where(AuditEntry.id.in_(rows)).order_by(AuditEntry.id.desc())
    entries: Sequence[AuditEntry] = db.session.scalars(first).all()
    return [batch for entry in entries if (batch := _batch(entry, rows[entry.id]))]


def _batch(entry: AuditEntry, rows: int | None) -> Batch | None:
    """None for an entry that does not say what was marked: there is nothing to take back by it."""
    said: Any = entry.details
    try:
        since, until = (datetime.fromisoformat(said[name]) for name in ("since", "until"))
        condition = Condition(int(said["action_id"]), since, until, said["country"], said["source"])
        if not (at := read_moment(said["batch"]) or entry.at):
            return None
        return Batch(said["batch"], at, entry.actor, said["reason"], int(rows or 0), condition)
    except (KeyError, TypeError, ValueError):
        return None
