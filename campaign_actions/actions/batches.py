"""What was marked invalid by a condition, as the audit log tells it: so it can be undone."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from campaign_actions.actions.invalidating import Condition
from campaign_actions.actions.paging import read_moment
from campaign_actions.audit.models import AuditEntry
from campaign_actions.core.database import db

NEWEST = 500  # entries of the log that are looked at


@dataclass(frozen=True)
class Batch:
    """Signatures that were marked invalid together."""

    name: str
    at: datetime  # the instant that all of them bear as their last change
    actor: str
    reason: str
    rows: int
    condition: Condition


def batches(action_id: int) -> list[Batch]:
    """Those of an action, the newest first."""
    found: dict[str, Batch] = {}
    for entry in _entries():
        batch = _batch(entry)
        if batch is None or batch.condition.action_id != action_id:
            continue
        rows = found[batch.name].rows + batch.rows if batch.name in found else batch.rows
        found[batch.name] = replace(batch, rows=rows)
    return list(found.values())


def find_batch(action_id: int, name: str) -> Batch | None:
    return next((batch for batch in batches(action_id) if batch.name == name), None)


def _entries() -> Iterable[AuditEntry]:
    of_event = select(AuditEntry).where(AuditEntry.event == "invalidated")
    return db.session.scalars(of_event.order_by(AuditEntry.at.desc()).limit(NEWEST)).all()


def _batch(entry: AuditEntry) -> Batch | None:
    said: dict[str, Any] = entry.details
    at = read_moment(said.get("batch", ""))
    if at is None:
        return None
    since, until = (datetime.fromisoformat(said[name]) for name in ("since", "until"))
    condition = Condition(said["action_id"], since, until, said["country"], said["source"])
    return Batch(said["batch"], at, entry.actor, said["reason"], entry.rows or 0, condition)
