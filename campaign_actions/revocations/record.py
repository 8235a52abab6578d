"""Recording revocations: the worker compares what gives access with what did, and lists what is gone."""

from datetime import datetime
from pathlib import Path

from sqlalchemy import delete, select

from campaign_actions.actions.signatures.removals.files import (
    Removal,
    append_removals,
    folder_id,
    read_removals,
)
from campaign_actions.core.db.batches import parts_of
from campaign_actions.core.db.session import read_snapshot, write_transaction
from campaign_actions.core.db.upsert import dialect_insert
from campaign_actions.revocations.access import find_codes
from campaign_actions.revocations.models import RecordedAccess

MAX_BATCH = 500  # rows in a statement


def record_revocations(now: datetime, *, folder: Path) -> None:
    """Add to the list what has been revoked since the last time. Raises OSError."""
    list_id = folder_id(folder)
    revoked, given = _record(list_id, folder, now)
    if not revoked and not given:
        return
    with write_transaction() as connection:
        its = RecordedAccess.list_id == list_id
        for part in parts_of(sorted(revoked), MAX_BATCH):
            connection.execute(delete(RecordedAccess).where(its, RecordedAccess.code.in_(part)))
        for part in parts_of(sorted(given), MAX_BATCH):
            new = dialect_insert(connection.dialect.name)(RecordedAccess)
            rows = [{"list_id": list_id, "code": code} for code in part]
            connection.execute(new.values(rows).on_conflict_do_nothing())


def record_last_revocations(now: datetime, *, folder: Path) -> None:
    """Complete the list before the database is replaced, without changing it. Raises OSError."""
    _record(folder_id(folder), folder, now)


def _record(list_id: str, folder: Path, now: datetime) -> tuple[set[str], set[str]]:
    """The codes that are gone, and the new ones. A role that is given back is no longer revoked."""
    with read_snapshot() as connection:
        codes = find_codes(connection).keys()
        known = select(RecordedAccess.code).where(RecordedAccess.list_id == list_id)
        recorded = {*connection.scalars(known)}
    revoked, given = recorded - codes, codes - recorded
    listed = read_removals(folder) if given else {}
    lines = [Removal(code, "revoked", None) for code in sorted(revoked)]
    back = [code for code in sorted(given) if code in listed and listed[code].status == "revoked"]
    append_removals(folder, [*lines, *(Removal(code, "given", None) for code in back)], now)
    return revoked, given
