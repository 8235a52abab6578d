"""Deletion follows the file: people who withdrew or were deleted are looked up in every file that exists.

The worker reads the numbered changes in order and remembers how far it came. A file that begins in between
is looked up by the export. Both take one lock, so no change falls between them.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from pyroaring import BitMap64
from sqlalchemy import Connection, Row, delete, false, select

from campaign_actions.actions.changes.number import LAST_NUMBER
from campaign_actions.actions.models import (
    COUNTED,
    Signature,
    SignatureChange,
    are_signatures,
)
from campaign_actions.actions.personal_data.purposes import PURPOSES
from campaign_actions.actions.signatures.retention import find_expired, months_before
from campaign_actions.core.db.batches import in_batches
from campaign_actions.core.db.session import AnySelect, db, release_connection, write_transaction
from campaign_actions.core.db.upsert import advisory_lock, dialect_insert
from campaign_actions.core.security.secrets import Installation
from campaign_actions.disclosures.models import ExportDeletion, ExportedAction, ExportRecord

LOCK = 0x64656C73  # "dels": the key of PostgreSQL's advisory lock
FOLLOWED_TO = "deletions_followed"  # a name in the table `installation`
MAX_BATCH = 2000  # changes looked up in one transaction
MAX_BATCHES = 10  # in one run of the task, so that other work gets its turn
REASONS_BY_STATUS = {"withdrawn": "withdrawn", "erased": "deleted", "suppressed": "deleted"}
UNSUBSCRIBED = (
    "unsubscribed"  # confirmed, without updates: a reason in files of people who want them
)
FOR_UPDATES = [purpose.name for purpose in PURPOSES.values() if purpose.is_for_updates_only]
Changed = Mapping[tuple[int, int], str]  # by action and signature: the last decisive status


def follow_changes(now: datetime, *, keep_months: int) -> int:
    """Look up the next changes in all files. Returns how many were read. For the worker.

    Signatures that are erased on schedule are not listed one by one: their whole file is to be deleted;
    see files.py.
    """
    is_new = _find_followed(db.session.connection()) < (db.session.scalar(LAST_NUMBER) or 0)
    release_connection()
    if not is_new:
        return 0
    follow = partial(_follow_batch, now, months_before(now, keep_months))
    return in_batches(follow, full=MAX_BATCH, most=MAX_BATCHES)


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
    reasons = _reasons(connection, _last_statuses(connection.execute(rows)))
    purpose = connection.scalar(select(ExportRecord.purpose).filter_by(id=record_id))
    for key, reason in reasons.items():
        if key[1] in contents and _applies(reason, purpose or ""):
            _ask(connection, record_id, key, reason, now)


def _follow_batch(now: datetime, before: datetime) -> int:
    with write_transaction() as connection:
        followed = lock_followed(connection)
        rows = connection.execute(_numbered(followed).limit(MAX_BATCH)).all()
        if not rows:
            return 0
        changed = _last_statuses(rows)
        reasons = _reasons(connection, changed)
        _take_back(connection, changed, reasons)
        _look_up(connection, _without_expired(connection, reasons, before), now)
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


def _reasons(connection: Connection, changed: Changed) -> Changed:
    """Why each of these has to be deleted in files; those that rightly stay are missing."""
    reasons = {
        key: REASONS_BY_STATUS[status]
        for key, status in changed.items()
        if status in REASONS_BY_STATUS
    }
    confirmed = _by_action(key for key, status in changed.items() if status == COUNTED)
    for action_id, ids in confirmed.items():
        quiet = select(Signature.id).where(
            are_signatures(action_id, list(ids)), Signature.wants_updates.is_(false())
        )
        reasons |= {(action_id, one): UNSUBSCRIBED for one in connection.scalars(quiet)}
    return reasons


def _applies(reason: str, purpose: str) -> bool:
    return reason != UNSUBSCRIBED or purpose in FOR_UPDATES


def _take_back(connection: Connection, changed: Changed, reasons: Changed) -> None:
    """People who have taken part again rightly stay; without updates, not in a file for them."""
    confirmed = [key for key, status in changed.items() if status == COUNTED]
    of_updates = select(ExportRecord.id).where(ExportRecord.purpose.in_(FOR_UPDATES))
    for is_quiet in (False, True):
        keys = [key for key in confirmed if (key in reasons) is is_quiet]
        for action_id, ids in _by_action(keys).items():
            open_ones = delete(ExportDeletion).where(
                ExportDeletion.action_id == action_id,
                ExportDeletion.signature_id.in_(ids),
                ExportDeletion.done_at.is_(None),
            )
            if is_quiet:
                open_ones = open_ones.where(ExportDeletion.export_id.not_in(of_updates))
            connection.execute(open_ones)


def _without_expired(connection: Connection, changed: Changed, before: datetime) -> Changed:
    """Without the actions whose data is being erased on schedule."""
    over = find_expired(connection, {action_id for action_id, _signature in changed}, before)
    return {key: status for key, status in changed.items() if key[0] not in over}


def _look_up(connection: Connection, reasons: Changed, now: datetime) -> None:
    """Ask for deletions in the files that contain these signatures.

    Most people who confirm want no updates. For them only the files of people who do are read.
    """
    everywhere = _by_action(key for key, reason in reasons.items() if reason != UNSUBSCRIBED)
    for_updates = _by_action(key for key, reason in reasons.items() if reason == UNSUBSCRIBED)
    for by_action, purposes in ((everywhere, PURPOSES), (for_updates, FOR_UPDATES)):
        for record_id, action_id, contents in _held_files(connection, by_action, purposes):
            for signature_id in contents & by_action[action_id]:
                key = (action_id, signature_id)
                _ask(connection, record_id, key, reasons[key], now)


def _by_action(keys: Iterable[tuple[int, int]]) -> dict[int, BitMap64]:
    """The ids of signatures by action."""
    ids: defaultdict[int, BitMap64] = defaultdict(BitMap64)
    for action_id, signature_id in keys:
        ids[action_id].add(signature_id)
    return ids


def _held_files(
    connection: Connection, actions: Collection[int], purposes: Collection[str]
) -> Iterator[tuple[int, int, BitMap64]]:
    """Id, action and contents of each file that may still exist, once for each of these actions."""
    held = (
        select(ExportRecord.id, ExportedAction.action_id)
        .join(ExportedAction, ExportedAction.export_id == ExportRecord.id)
        .where(
            ExportedAction.action_id.in_(actions),
            ExportRecord.purpose.in_(purposes),
            ExportRecord.destroyed_at.is_(None),
        )
    )
    for record_id, action_id in connection.execute(held).all() if actions else ():
        contents = select(ExportRecord.contents).filter_by(id=record_id)
        found = connection.execute(contents).scalar_one()
        yield record_id, action_id, BitMap64.deserialize(found)


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
