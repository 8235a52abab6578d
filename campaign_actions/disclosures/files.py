"""The files that people have: entries to delete in them, and the files that someone is in."""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pyroaring import BitMap64
from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select

from campaign_actions.actions.models import Action, Signature
from campaign_actions.actions.personal_data.purposes import HANDOVER
from campaign_actions.actions.signatures.retention import months_after, months_before
from campaign_actions.core.db.session import JsonValue, db, read_snapshot
from campaign_actions.core.security.email_address import email_key
from campaign_actions.disclosures.models import (
    COMPLETE,
    ExportDeletion,
    ExportedAction,
    ExportRecord,
)
from campaign_actions.disclosures.selection import Selection, selection_from_text
from campaign_actions.exports import FORMATS, Column, Section

IS_OPEN = ExportDeletion.done_at.is_(None)
IS_HELD = ExportRecord.destroyed_at.is_(None)
BITMAPS_AT_ONCE = 10  # in memory: each can have 2 MB


@dataclass(frozen=True)
class ContainingFile:
    """A file that a signature is in.

    `is_asked`: whether it has to be deleted there. `deleted_at`: when someone said that it was.
    """

    purpose: str
    exported_at: datetime
    is_asked: bool
    deleted_at: datetime | None

    @property
    def is_handed_over(self) -> bool:
        """Whether someone outside our team has a copy, which nobody here can check."""
        return self.purpose == HANDOVER.name


def of_campaigns(campaigns: frozenset[int] | None) -> ColumnElement[bool]:
    """The records of these campaigns; None: of all."""
    if campaigns is None:
        return ExportRecord.id.is_not(None)
    return ExportRecord.campaign_id.in_(campaigns)


def records(
    condition: ColumnElement[bool], *, offset: int = 0, limit: int
) -> Sequence[ExportRecord]:
    """Newest first."""
    newest = select(ExportRecord).where(condition).order_by(ExportRecord.id.desc())
    return db.session.scalars(newest.offset(offset).limit(limit)).all()


def count_records(condition: ColumnElement[bool]) -> int:
    return db.session.scalar(select(func.count(ExportRecord.id)).where(condition)) or 0


def find_last(staff_id: int | None, condition: ColumnElement[bool]) -> ExportRecord | None:
    """The last complete file that someone exported."""
    own = ExportRecord.staff_id == staff_id, ExportRecord.state == COMPLETE, IS_HELD, condition
    return db.session.scalars(
        select(ExportRecord).where(*own).order_by(ExportRecord.id.desc()).limit(1)
    ).one_or_none()


def open_deletions(ids: Sequence[int]) -> Mapping[int, int]:
    """How many signatures have to be deleted in each of these files; files without any are missing."""
    counts = select(ExportDeletion.export_id, func.count()).where(
        ExportDeletion.export_id.in_(ids), IS_OPEN
    )
    rows = db.session.execute(counts.group_by(ExportDeletion.export_id))
    return dict(rows.all())


def is_overdue(now: datetime, keep_months: int) -> ColumnElement[bool]:
    """Whether the time to keep data of an action in a file is over, so that the file has to be deleted."""
    over = (
        select(ExportedAction.export_id)
        .join(Action, Action.id == ExportedAction.action_id)
        .where(Action.retain_from <= months_before(now, keep_months))
    )
    return and_(IS_HELD, ExportRecord.id.in_(over))


def keep_until(ids: Sequence[int], keep_months: int) -> Mapping[int, datetime]:
    """When the time to keep these files will be over, or was: that of the action in them that ended first.

    Files of actions without an end are missing.
    """
    ends = (
        select(ExportedAction.export_id, func.min(Action.retain_from))
        .join(Action, Action.id == ExportedAction.action_id)
        .where(ExportedAction.export_id.in_(ids), Action.retain_from.is_not(None))
        .group_by(ExportedAction.export_id)
    )
    rows = db.session.execute(ends).all()
    return {number: months_after(at, keep_months) for number, at in rows if at}


def needs_deletion(now: datetime, keep_months: int) -> ColumnElement[bool]:
    """Whether a file that may still exist has to be deleted, in whole or in part."""
    open_ = select(ExportDeletion.export_id).where(IS_OPEN)
    in_part = or_(ExportRecord.id.in_(open_), ExportRecord.answers_due_at <= now)
    return or_(is_overdue(now, keep_months), and_(IS_HELD, in_part))


def deletions_in(record: ExportRecord, *, limit: int) -> Sequence[Row[str, str, datetime]]:
    """The entries to delete in a file: signature_id, reason and time of asking, oldest first."""
    rows = _deletions_query(record).with_only_columns(
        Signature.public_id, ExportDeletion.reason, ExportDeletion.asked_at
    )
    return db.session.execute(rows.limit(limit)).all()


def write_deletions(record: ExportRecord) -> Generator[bytes]:
    """The same as a CSV file with the columns `signature_id` and `change`."""
    columns = (
        Column("signature_id", Signature.public_id, "plain"),
        Column("change", ExportDeletion.reason, "plain"),
    )
    with read_snapshot() as connection:
        yield from FORMATS["csv"].write([Section(columns, _deletions_query(record))], connection)


def files_containing(signature: Signature) -> list[ContainingFile]:
    """The files that a signature is in, oldest first, as far as the program has recorded them."""
    rows = (
        select(
            ExportRecord.purpose,
            ExportRecord.started_at,
            ExportRecord.contents,
            ExportRecord.selection,
            ExportRecord.destroyed_at,
            ExportDeletion.reason,
            ExportDeletion.done_at,
        )
        .join(ExportedAction, ExportedAction.export_id == ExportRecord.id)
        .outerjoin(
            ExportDeletion,
            and_(
                ExportDeletion.export_id == ExportRecord.id,
                ExportDeletion.action_id == signature.action_id,
                ExportDeletion.signature_id == signature.id,
            ),
        )
        .where(ExportedAction.action_id == signature.action_id)
        .order_by(ExportRecord.id)
    )
    with read_snapshot() as connection:
        found = connection.execute(rows, execution_options={"yield_per": BITMAPS_AT_ONCE})
        return [
            ContainingFile(
                row.purpose,
                row.started_at,
                row.reason is not None or _leaves(signature, selection_from_text(row.selection)),
                row.done_at or row.destroyed_at,
            )
            for row in found
            if signature.id in BitMap64.deserialize(row.contents)
        ]


def _leaves(signature: Signature, selection: Selection) -> bool:
    """Whether it has to be deleted in a file, even if the worker has not read the change yet."""
    is_gone = signature.status in ("withdrawn", "erased", "suppressed")
    return is_gone and signature.status != selection.status


def files_of(email: str) -> list[dict[str, JsonValue]]:
    """The files that a person's entries are in, for someone who asks for their data."""
    own = select(Signature).where(Signature.email_key == email_key(email)).order_by(Signature.id)
    return [
        {
            "signature_id": signature.public_id,
            "purpose": file.purpose,
            "exported_at": file.exported_at.isoformat(),
            "deleted_at": file.deleted_at.isoformat() if file.deleted_at else None,
        }
        for signature in db.session.scalars(own).all()
        for file in files_containing(signature)
    ]


def _deletions_query(record: ExportRecord) -> Select[ExportDeletion]:
    return (
        select(ExportDeletion)
        .join(
            Signature,
            and_(
                Signature.action_id == ExportDeletion.action_id,
                Signature.id == ExportDeletion.signature_id,
            ),
        )
        .where(ExportDeletion.export_id == record.id, IS_OPEN)
        .order_by(ExportDeletion.asked_at, ExportDeletion.signature_id)
    )
