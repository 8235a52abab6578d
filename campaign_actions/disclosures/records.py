"""Records of exports: begun before the first byte, complete only after the last one, and then followed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from campaign_actions.audit.log import COMMAND, add_entry
from campaign_actions.core.db.session import (
    JsonValue,
    db,
    has_rows,
    write_transaction,
)
from campaign_actions.disclosures.deletions.follow import follow_for_record, lock_followed
from campaign_actions.disclosures.export import Export
from campaign_actions.disclosures.models import (
    COMPLETE,
    INTERRUPTED,
    RUNNING,
    ExportedAction,
    ExportRecord,
)
from campaign_actions.disclosures.plan import Plan

MAX_DURATION = timedelta(hours=12)  # an export that runs longer died with its process
NUMBERED_FROM = datetime(2026, 1, 1, tzinfo=UTC)  # earlier than the first export of anyone


@dataclass(frozen=True)
class Sent:
    """The facts known after the last byte. `sha256`: of the bytes as they were sent."""

    size: int
    sha256: str


def find_record(record_id: int) -> ExportRecord | None:
    return db.session.get(ExportRecord, record_id, populate_existing=True)


def has_complete_file(export: Export, *, since: datetime) -> bool:
    """Whether its person has downloaded the whole file, made with the same choices, since a time."""
    return has_rows(
        select(ExportRecord.id).where(
            ExportRecord.staff_id == export.staff_id,
            ExportRecord.state == COMPLETE,
            ExportRecord.started_at >= since,
            *(getattr(ExportRecord, name) == value for name, value in _choices(export).items()),
        )
    )


def begin_record(
    plan: Plan, *, file_name: str, actor: str, approved: Mapping[str, Any], now: datetime
) -> int:
    """Record that an export begins, in the audit log as well. Returns the id of the record."""
    export = plan.export
    with write_transaction() as connection:
        # From here on, anyone who withdraws is looked for in this file; those who did so since its snapshot
        # are looked up below.
        followed_to = lock_followed(connection)
        record_id = _insert(connection, plan, file_name, now)
        add_entry(
            connection,
            "exported",
            actor=actor,
            now=now,
            subject=export.subject(),
            rows=plan.rows,
            export=record_id,
            **_audit_details(plan),
            **approved,
        )
        follow_for_record(
            connection,
            record_id,
            plan.contents,
            actions=export.selection.actions,
            after=plan.cursor,
            until=followed_to,
            now=now,
        )
    return record_id


def end_record(
    record_id: int, plan: Plan, sent: Sent | None, *, size: int, actor: str, now: datetime
) -> None:
    """Record the end of an export. `sent` is None if it was interrupted after `size` bytes."""
    values: dict[str, object] = {"state": INTERRUPTED, "ended_at": now}
    if sent:
        values = {
            "state": COMPLETE,
            "ended_at": now,
            "rows": plan.rows,
            "sha256": sent.sha256,
            "cursor": plan.cursor,
            "manifest": _manifest(record_id, plan, sent, now),
        }
    with write_transaction() as connection:
        record = update(ExportRecord).where(
            ExportRecord.id == record_id, ExportRecord.state == RUNNING
        )
        if connection.execute(record.values(values)).rowcount:  # else the worker has given it up
            add_entry(
                connection,
                "export-ended",
                actor=actor,
                now=now,
                subject=plan.export.subject(),
                rows=plan.rows if sent else None,
                export=record_id,
                bytes=size,
                whole=sent is not None,
            )


def end_abandoned(now: datetime) -> None:
    """Mark exports as interrupted whose process has died. For the worker."""
    abandoned = ExportRecord.state == RUNNING, ExportRecord.started_at < now - MAX_DURATION
    if not has_rows(select(ExportRecord.id).where(*abandoned)):
        return
    ended = update(ExportRecord).where(*abandoned).values(state=INTERRUPTED, ended_at=now)
    with write_transaction() as connection:
        for record_id in connection.scalars(ended.returning(ExportRecord.id)).all():
            add_entry(
                connection, "export-ended", actor=COMMAND, now=now, export=record_id, whole=False
            )


def _insert(connection: Connection, plan: Plan, file_name: str, now: datetime) -> int:
    export, is_increment = plan.export, plan.export.base is not None
    row = {
        "id": _next_id(connection, now),
        **_choices(export),
        "staff_id": export.staff_id,
        "state": RUNNING,
        "started_at": now,
        "file_name": file_name,
        "columns": plan.columns,
        "has_all_codes": plan.has_all_codes,
        "answers_due_at": plan.answers_due_at,
        "contents": plan.contents.serialize(),
        "members": plan.members.serialize() if is_increment else None,
        "unnumbered": plan.unnumbered.serialize(),
    }
    record_id: int = connection.execute(
        insert(ExportRecord).values(row).returning(ExportRecord.id)
    ).scalar_one()
    actions = [{"export_id": record_id, "action_id": action.id} for action in plan.actions]
    connection.execute(insert(ExportedAction), actions)
    return record_id


def _choices(export: Export) -> dict[str, object]:
    """All that decides what is in the file, by column."""
    return {
        "campaign_id": export.campaign,
        "purpose": export.purpose,
        "recipient": export.recipient,
        "selection": export.selection.to_text(),
        "preset": export.preset,
        "format": export.format,
        "raw": export.raw,
        "bom": export.bom,
        "words_in": export.words_in,
        "public_key": export.public_key,
        "base_id": export.base,
    }


def _next_id(connection: Connection, now: datetime) -> int:
    """A number that no export has had, even if a restored backup does not know the last ones.

    So a number that someone noted is never that of another file. It is the time in seconds, or one more than
    the last number. `begin_record()` has a lock, so no other export takes the same.
    """
    last = connection.scalar(select(func.max(ExportRecord.id))) or 0
    return max(last + 1, int((now - NUMBERED_FROM).total_seconds()))


def _audit_details(plan: Plan) -> dict[str, JsonValue]:
    """Everything that was chosen, without what is empty."""
    export, several = plan.export, len(plan.actions) > 1
    chosen: dict[str, JsonValue] = {
        "format": export.format,
        "purpose": export.purpose,
        "preset": export.preset,
        "recipient": export.recipient,
        "actions": [one.slug for one in plan.actions] if several else None,
        "filter": export.selection.filter(),
        "since_export": export.base,
        "raw": export.raw,
        "bom": export.bom,
        "words_in": export.words_in,
        "encrypted": bool(export.public_key),
        "same_addressee": bool(plan.former),
    }
    return {name: value for name, value in chosen.items() if value}


def _manifest(record_id: int, plan: Plan, sent: Sent, now: datetime) -> str:
    export = plan.export
    manifest: Mapping[str, object] = {
        "export": record_id,
        "completed_at": now.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        **plan.basis(),
        "filter": export.selection.filter(),
        "purpose": export.purpose,
        "recipient": export.recipient,
        "preset": export.preset or None,
        "format": export.format,
        "columns": plan.columns,
        "headings_in": export.words_in or None,
        "rows": plan.rows,
        "changes": plan.count_changes() if export.base else None,
        "since_export": export.base,
        "cursor": plan.cursor,
        "bytes": sent.size,
        "sha256": sent.sha256,
        "encrypted_to": export.public_key or None,
    }
    return json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
