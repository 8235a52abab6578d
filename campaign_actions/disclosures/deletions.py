"""Deletion follows the file: who withdrew or was deleted is looked up in every file that is still held.

The worker reads the numbered changes in order and remembers how far it came. A file that begins in between
is looked up by the export. Both take one lock, so no change falls between them.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from pyroaring import BitMap64
from sqlalchemy import Connection, Row, delete, select

from campaign_actions.actions.changes.number import LAST_NUMBER
from campaign_actions.actions.models import COUNTED, Action, SignatureChange
from campaign_actions.actions.signatures.retention import months_before
from campaign_actions.core.db.session import AnySelect, db, release_connection, write_transaction
from campaign_actions.core.db.upsert import advisory_lock, dialect_insert
from campaign_actions.core.security.secrets import Installation
from campaign_actions.disclosures.models import ExportDeletion, ExportedAction, ExportRecord

LOCK = 0x64656C73  # "dels": the key of PostgreSQL's advisory lock
FOLLOWED_TO = "deletions_followed"  # a name in the table `installation`
MAX_BATCH = 5000  # changes looked up in one transaction
REASONS_BY_STATUS = {"withdrawn": "withdrawn", "erased": "deleted", "suppressed": "deleted"}
Changed = Mapping[tuple[int, int], str]  # by action and signature: the last decisive status


def follow_changes(now: datetime, *, keep_months: int) -> int:
    """Look up the next changes in all files. Returns how many were read. For the worker.

    Signatures that are erased on schedule are not listed one by one: their whole file is to be deleted;
    see files.py.
    """
    read = 0
    while _find_followed(db.session.connection()) < (db.session.scalar(LAST_NUMBER) or 0):
        release_connection()
        batch = _follow_batch(now, months_before(now, keep_months))
        read += batch
        if batch < MAX_BATCH:
            break
    release_connection()
    return read


def lock_followed(connection: Connection) -> int:
    """Keep the worker out until the transaction ends. Returns the number of the last change it has read."""
    advisory_lock(connection, LOCK)
    return _find_followed(connection)


def follow_for_record(
    connection: Connection,
    record_id: int,
    contents: BitMap64,
    *,
    actions: Collection[int],
    after: int,
    until: int,
    now: datetime,
) -> None:
    """Look up in one new file the changes after its snapshot that the worker has read already."""
    rows = _numbered(after, until).where(SignatureChange.action_id.in_(actions))
    for key, status in _last_statuses(connection.execute(rows)).items():
        if status in REASONS_BY_STATUS and key[1] in contents:
            _ask(connection, record_id, key, REASONS_BY_STATUS[status], now)


def _follow_batch(now: datetime, before: datetime) -> int:
    with write_transaction() as connection:
        followed = lock_followed(connection)
        rows = connection.execute(_numbered(followed).limit(MAX_BATCH)).all()
        if not rows:
            return 0
        changed = _last_statuses(rows)
        _take_back(connection, changed)
        _look_up(connection, _without_expired(connection, changed, before), now)
        _set_followed(connection, rows[-1].number)
    return len(rows)


def _numbered(after: int, until: int | None = None) -> AnySelect:
    rows = select(
        SignatureChange.number,
        SignatureChange.action_id,
        SignatureChange.signature_id,
        SignatureChange.status,
    ).where(SignatureChange.number > after)
    if until is not None:
        rows = rows.where(SignatureChange.number <= until)
    return rows.order_by(SignatureChange.number)


def _last_statuses(rows: Iterable[Row[Any]]) -> Changed:
    """Of each signature, without statuses that decide nothing.

    Someone who withdrew and signed again, but has not confirmed, must not be in the file.
    """
    return {
        (row.action_id, row.signature_id): row.status
        for row in rows
        if row.status == COUNTED or row.status in REASONS_BY_STATUS
    }


def _take_back(connection: Connection, changed: Changed) -> None:
    """Someone who withdrew and has taken part again is rightly in the file."""
    confirmed = [key for key, status in changed.items() if status == COUNTED]
    for action_id, ids in _by_action(confirmed).items():
        connection.execute(
            delete(ExportDeletion).where(
                ExportDeletion.action_id == action_id,
                ExportDeletion.signature_id.in_(ids),
                ExportDeletion.done_at.is_(None),
            )
        )


def _without_expired(connection: Connection, changed: Changed, before: datetime) -> Changed:
    """Without the actions whose data is being erased on schedule."""
    ids = {action_id for action_id, _signature in changed}
    expired = select(Action.id).where(Action.id.in_(ids), Action.retain_from <= before)
    over = set(connection.scalars(expired))
    return {key: status for key, status in changed.items() if key[0] not in over}


def _look_up(connection: Connection, changed: Changed, now: datetime) -> None:
    reasons = {
        key: REASONS_BY_STATUS[status]
        for key, status in changed.items()
        if status in REASONS_BY_STATUS
    }
    by_action = _by_action(reasons)
    for record in held_files(connection, by_action):
        contents = BitMap64.deserialize(record.contents)
        for signature_id in contents & by_action[record.action_id]:
            key = (record.action_id, signature_id)
            _ask(connection, record.id, key, reasons[key], now)


def _by_action(keys: Iterable[tuple[int, int]]) -> dict[int, BitMap64]:
    """The ids of signatures by action."""
    ids: defaultdict[int, BitMap64] = defaultdict(BitMap64)
    for action_id, signature_id in keys:
        ids[action_id].add(signature_id)
    return ids


def held_files(connection: Connection, actions: Collection[int]) -> Iterator[Row[int, int, bytes]]:
    """Id, action and contents of each file that may still exist, once for each of these actions."""
    held = (
        select(ExportRecord.id, ExportedAction.action_id, ExportRecord.contents)
        .join(ExportedAction, ExportedAction.export_id == ExportRecord.id)
        .where(ExportedAction.action_id.in_(actions), ExportRecord.destroyed_at.is_(None))
    )
    yield from connection.execute(held)


def _ask(
    connection: Connection, record_id: int, key: tuple[int, int], reason: str, now: datetime
) -> None:
    """Ask for the deletion of a signature in a file. A deletion after a withdrawal changes the reason."""
    action_id, signature_id = key
    row = {
        "export_id": record_id,
        "action_id": action_id,
        "signature_id": signature_id,
        "reason": reason,
        "asked_at": now,
    }
    new = dialect_insert(connection.dialect.name)(ExportDeletion).values(row)
    connection.execute(
        new.on_conflict_do_update(
            index_elements=["export_id", "action_id", "signature_id"], set_={"reason": reason}
        )
    )


def _find_followed(connection: Connection) -> int:
    value = select(Installation.value).where(Installation.name == FOLLOWED_TO)
    return int(connection.scalar(value) or 0)


def _set_followed(connection: Connection, number: int) -> None:
    row = {"name": FOLLOWED_TO, "value": str(number)}
    new = dialect_insert(connection.dialect.name)(Installation).values(row)
    connection.execute(
        new.on_conflict_do_update(index_elements=["name"], set_={"value": row["value"]})
    )
