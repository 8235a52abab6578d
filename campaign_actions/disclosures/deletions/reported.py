"""Deletions in exported files, as the people who have the files report them."""

from collections.abc import Sequence
from datetime import datetime

from pyroaring import BitMap64
from sqlalchemy import select, update

from campaign_actions.actions.models import Signature
from campaign_actions.actions.questions.due_answers import find_first_due
from campaign_actions.audit.log import add_entry
from campaign_actions.core.db.session import read_snapshot, write_transaction
from campaign_actions.disclosures.export import export_of
from campaign_actions.disclosures.files import IS_HELD, IS_OPEN
from campaign_actions.disclosures.models import RUNNING, ExportDeletion, ExportRecord


def tick_off(
    record: ExportRecord,
    public_ids: Sequence[str] | None,
    *,
    until: datetime,
    by: int,
    actor: str,
    now: datetime,
) -> int:
    """Record that signatures were deleted in a file. Returns how many.

    `public_ids`: None for all. Only those asked for at `until` or before, which the person has seen.
    """
    these = [ExportDeletion.export_id == record.id, IS_OPEN, ExportDeletion.asked_at <= until]
    if public_ids is not None:
        ids = select(Signature.id).where(Signature.public_id.in_(public_ids))
        these.append(ExportDeletion.signature_id.in_(ids))
    with write_transaction() as connection:
        done = update(ExportDeletion).where(*these).values(done_at=now, done_by=by)
        count = connection.execute(done).rowcount
        if count:
            add_entry(
                connection,
                "export-deletions-done",
                actor=actor,
                now=now,
                rows=count,
                export=record.id,
            )
    return count


def destroy(record: ExportRecord, *, by: int, actor: str, now: datetime) -> bool:
    """Record that a file no longer exists, at the holder's word. Returns True if this call did it."""
    this = ExportRecord.id == record.id, IS_HELD, ExportRecord.state != RUNNING
    with write_transaction() as connection:
        done = update(ExportRecord).where(*this).values(destroyed_at=now, destroyed_by=by)
        if not connection.execute(done).rowcount:
            return False
        connection.execute(
            update(ExportDeletion)
            .where(ExportDeletion.export_id == record.id, IS_OPEN)
            .values(done_at=now, done_by=by)
        )
        add_entry(connection, "export-destroyed", actor=actor, now=now, export=record.id)
    return True


def record_answers_deleted(
    record: ExportRecord, *, until: datetime, actor: str, now: datetime
) -> bool:
    """Record that the answers due at `until` were deleted in a file. Returns True if any were."""
    if not record.has_due_answers(until):
        return False
    contents, questions = (
        BitMap64.deserialize(record.contents),
        export_of(record).expiring_questions(),
    )
    with read_snapshot() as connection:
        next_due = find_first_due(connection, questions, contents, deleted_at=until)
    this = ExportRecord.id == record.id, ExportRecord.answers_due_at <= until
    with write_transaction() as connection:
        done = update(ExportRecord).where(*this).values(answers_due_at=next_due)
        if not connection.execute(done).rowcount:
            return False
        add_entry(
            connection,
            "export-deletions-done",
            actor=actor,
            now=now,
            export=record.id,
            question=", ".join(question.key for question in questions),
        )
    return True
