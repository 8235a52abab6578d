"""Recording removals: the worker follows the numbered changes and writes them to the list.

How far it has come is in the database, so that a restored one goes back with it. Each machine with a worker
has a list and a place of its own, so each list is complete.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, Row, or_, select

from campaign_actions.actions.changes.number import find_last_number
from campaign_actions.actions.models import Signature, SignatureChange, are_signatures
from campaign_actions.actions.signatures.removals.files import (
    REMOVED,
    Removal,
    append_removals,
    delete_files_before,
    folder_id,
)
from campaign_actions.actions.signatures.retention import find_expired, months_before
from campaign_actions.core.db.batches import in_batches, parts_of
from campaign_actions.core.db.session import (
    db,
    read_snapshot,
    release_connection,
    write_transaction,
)
from campaign_actions.core.db.upsert import dialect_insert
from campaign_actions.core.security.secrets import Installation

RECORDED_TO = "removals_recorded"  # a name in the table `installation`, with the id of the list
KEEP_LIST_MONTHS = 12  # longer than anyone keeps backups
MAX_BATCH = 2000  # changes read at once
MAX_BATCHES = 10  # in one run of the task, so that other work gets its turn
_CHANGES = select(
    SignatureChange.number,
    SignatureChange.action_id,
    SignatureChange.signature_id,
    SignatureChange.status,
).order_by(SignatureChange.number)


def record_removals(now: datetime, *, folder: Path, keep_months: int) -> int:
    """Write the next removals to the list. Returns how many changes were read. Raises OSError.

    Signatures that are erased on schedule are left out: the schedule erases them again.
    """
    place = f"{RECORDED_TO}:{folder_id(folder)}"
    connection = db.session.connection()
    is_new = _find_place(connection, place) < find_last_number(connection)
    release_connection()
    if not is_new:
        return 0
    delete_files_before(folder, months_before(now, KEEP_LIST_MONTHS))
    record = partial(_record_batch, place, folder, now, months_before(now, keep_months))
    return in_batches(record, full=MAX_BATCH, most=MAX_BATCHES)


def record_last_removals(now: datetime, *, folder: Path, keep_months: int) -> None:
    """Complete the list before the database is replaced, without changing the database. Raises OSError."""
    place = f"{RECORDED_TO}:{folder_id(folder)}"
    with read_snapshot() as connection:
        number = SignatureChange.number
        is_next = or_(number > _find_place(connection, place), number.is_(None))
        is_removal = SignatureChange.status.in_(REMOVED)
        rows = connection.execute(_CHANGES.where(is_next, is_removal)).all()
        removals = [*_removals(connection, rows, months_before(now, keep_months))]
    append_removals(folder, removals, now)


def _record_batch(place: str, folder: Path, now: datetime, before: datetime) -> int:
    """The place moves on once the lines are on disk. A line that is written twice does no harm."""
    with read_snapshot() as connection:
        is_next = SignatureChange.number > _find_place(connection, place)
        rows = connection.execute(_CHANGES.where(is_next).limit(MAX_BATCH)).all()
        removals = [*_removals(connection, rows, before)]
    append_removals(folder, removals, now)
    if rows:
        with write_transaction() as connection:
            _set_place(connection, place, rows[-1].number)
    return len(rows)


def _removals(
    connection: Connection, changes: Iterable[Row[int | None, int, int, str]], before: datetime
) -> Iterator[Removal]:
    """The signatures as they are now: someone may have signed again."""
    ids_by_action: defaultdict[int, set[int]] = defaultdict(set)
    for change in changes:
        if change.status in REMOVED:
            ids_by_action[change.action_id].add(change.signature_id)
    expired = find_expired(connection, ids_by_action, before)
    columns = select(Signature.public_id, Signature.status, Signature.withdrawn_at)
    for action_id, ids in ids_by_action.items():
        for part in parts_of(sorted(ids), MAX_BATCH) if action_id not in expired else ():
            these = are_signatures(action_id, part), Signature.status.in_(REMOVED)
            for row in connection.execute(columns.where(*these).order_by(Signature.id)):
                is_withdrawn = row.status == "withdrawn"
                yield Removal(row.public_id, row.status, row.withdrawn_at if is_withdrawn else None)


def _find_place(connection: Connection, place: str) -> int:
    value = select(Installation.value).where(Installation.name == place)
    return int(connection.scalar(value) or 0)


def _set_place(connection: Connection, place: str, number: int) -> None:
    row = {"name": place, "value": str(number)}
    new = dialect_insert(connection.dialect.name)(Installation).values(row)
    connection.execute(
        new.on_conflict_do_update(index_elements=["name"], set_={"value": row["value"]})
    )
