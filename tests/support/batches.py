"""Batches of invalid signatures for tests: started and worked on at once."""

from datetime import datetime
from typing import Any

from campaign_actions.actions.models import InvalidationBatch
from campaign_actions.actions.signatures.filters.filter import SignatureFilter
from campaign_actions.actions.signatures.invalidation import jobs
from campaign_actions.actions.signatures.invalidation.run_jobs import take_step
from campaign_actions.core.db.session import db

WHO = {"action": "racism/hate-crimes", "actor": "grace@example.org"}


def mark(action_id: int, wanted: SignatureFilter, *, now: datetime, **facts: Any) -> int:
    """Mark everything that matches as invalid; returns the batch."""
    facts = {"reason": "script", **WHO, **facts}
    batch_id = jobs.start(action_id, wanted, now=now, **facts)
    work(batch_id, now)
    return batch_id


def undo(batch_id: int, *, now: datetime, **facts: Any) -> int:
    """Make a batch valid again; returns how many signatures that changed."""
    before = batch_row(batch_id).rows_undone
    jobs.start_undo(batch_id, now=now, **{**WHO, **facts})
    work(batch_id, now)
    return batch_row(batch_id).rows_undone - before


def work(batch_id: int, now: datetime) -> None:
    while take_step(batch_id, now):
        pass
    db.session.rollback()
    db.session.expire_all()


def batch_row(batch_id: int) -> InvalidationBatch:
    db.session.rollback()
    return db.session.get_one(InvalidationBatch, batch_id, populate_existing=True)
