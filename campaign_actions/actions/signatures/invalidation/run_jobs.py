"""The worker’s part of marking signatures invalid in bulk, and of undoing that.

Each step is one transaction of at most BATCH_SIZE signatures with their ledger entries, so the count is
exact at every moment and signers never wait long for a lock. A step locks the row of its batch: any
number of workers may do this, one of them at a time for each batch. A killed one loses one step.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, select, text

from campaign_actions.actions.models import (
    COUNTED,
    UNFINISHED,
    InvalidationBatch,
    Signature,
    SignatureRow,
    SignatureSelect,
    are_signatures,
)
from campaign_actions.actions.naming import find_action_name
from campaign_actions.actions.signatures.clusters.decide import close_clusters
from campaign_actions.actions.signatures.clusters.left import emptied_clusters
from campaign_actions.actions.signatures.filters.filter import SignatureFilter, as_utc_text
from campaign_actions.actions.signatures.invalidation.invalidate import change_all, in_batch
from campaign_actions.actions.signatures.invalidation.jobs import (
    BATCHES,
    BatchRow,
    end,
    filter_of,
    update_batch,
)
from campaign_actions.actions.signatures.keyset_pagination import (
    Key,
    encode_time,
    find_scan_end,
    key_of,
)
from campaign_actions.actions.signatures.search import count_results, matching, scan_of
from campaign_actions.audit.log import COMMAND, add_entry
from campaign_actions.core.db.batches import write_and_rest
from campaign_actions.core.db.session import db, has_rows, write_transaction
from campaign_actions.staff.models import StaffMember

# The columns for a ledger entry. The others are large.
LEDGER_VALUES = (
    *(Signature.id, Signature.action_id, Signature.confirmed_at),
    *(Signature.country_code, Signature.locale, Signature.source),
)
BATCH_SIZE = 500  # signatures in one transaction
WINDOW = 20_000  # signatures that one step looks at
MAX_COUNTED = 2_000_000  # signatures
MAX_STEPS = 40  # of one batch in one run of the task, so that other work gets its turn


def continue_batches(now: datetime) -> None:
    """A scheduled task: do the next steps of all batches that are not finished."""
    unfinished = select(InvalidationBatch.id).where(text(UNFINISHED))
    if not has_rows(unfinished):
        return
    ids = db.session.scalars(unfinished.order_by(InvalidationBatch.id)).all()
    db.session.commit()
    _count_new(now)
    for batch_id in ids:
        for _step in range(MAX_STEPS):
            if not take_step(batch_id, now):
                break


def _count_new(now: datetime) -> None:
    """Before any of these batches marks what another one would have counted."""
    new = InvalidationBatch.rows_matching.is_(None), InvalidationBatch.state == "running"
    ids = db.session.scalars(select(InvalidationBatch.id).where(text(UNFINISHED), *new)).all()
    db.session.commit()
    for batch_id in ids:
        take_step(batch_id, now)


def take_step(batch_id: int, now: datetime) -> bool:
    """Do the next step of a batch. False if there is nothing to do, or not now."""
    one = select(BATCHES).where(BATCHES.c.id == batch_id)
    batch = db.session.connection().execute(one).one()
    if batch.state == "undoing":
        return _undo_next(batch, now)
    if batch.state != "running":
        return False
    wanted = _restricted(batch)
    if batch.rows_matching is None:
        return _count(batch, wanted)
    rows, window_end = _find_next(batch, wanted)
    return _mark(batch, rows, window_end, now)


def _restricted(batch: BatchRow) -> SignatureFilter:
    """The filter of a batch, for those signatures that were there when it was started."""
    wanted = filter_of(batch)
    until = min(wanted.until_at or batch.marked_at, batch.marked_at)
    return replace(wanted, until=as_utc_text(until))


def _count(batch: BatchRow, wanted: SignatureFilter) -> bool:
    """For the progress. It does not decide which signatures are marked."""
    most = {"limit": MAX_COUNTED, "max_scanned": MAX_COUNTED}
    found = count_results(batch.action_id, wanted, **most)
    with write_transaction() as connection:
        update_batch(connection, batch.id, rows_matching=found.number)
    return True


def _find_next(
    batch: BatchRow, wanted: SignatureFilter
) -> tuple[Sequence[SignatureRow], Key | None]:
    """The next signatures to mark, and the last one that was looked at; None at the end of the list."""
    start = Key(batch.cursor_at, batch.cursor_id) if batch.cursor_at else None
    if start:
        wanted = replace(wanted, since="")  # the key is a later bound; see scan_of()
    scan = scan_of(batch.action_id, wanted, start, is_newer=True)
    connection = db.session.connection()
    if wanted.is_direct:
        return connection.execute(scan.where(*wanted.others())).all(), None
    window = scan.limit(WINDOW).subquery("scanned")
    found = matching(window, wanted, connection.dialect.name, is_newer=True)
    found = found.with_only_columns(window.c.id, window.c.signed_at)
    rows = connection.execute(found.limit(BATCH_SIZE)).all()
    if len(rows) == BATCH_SIZE:
        return rows, key_of(rows[-1])
    return rows, find_scan_end(scan, WINDOW)


def _mark(
    batch: BatchRow, rows: Sequence[SignatureRow], window_end: Key | None, now: datetime
) -> bool:
    """Mark these signatures, and go on from the end of the window, or from one that is locked.

    A signature is locked for example while its signer withdraws. The next step tries it again.
    """
    is_last, ids = window_end is None, [row.id for row in rows]
    emptied = emptied_clusters(batch.action_id, marked=ids) if is_last else ()
    with write_and_rest() as connection:
        if not _lock_unchanged(connection, batch):
            return False
        marked = _lock_matching(connection, batch, ids)
        if marked:
            change_all(connection, marked, "invalid", now, batch_id=batch.id)
        number = batch.rows_marked + len(marked)
        done = {row.id for row in marked}
        left = _find_locked(connection, batch, [each for each in ids if each not in done])
        reached = _key_before(rows, left) if left else window_end
        if reached:
            update_batch(
                connection,
                batch.id,
                rows_marked=number,
                cursor_at=reached.signed_at,
                cursor_id=reached.id,
            )
        else:
            update_batch(connection, batch.id, rows_marked=number)
        if is_last and not left:
            end(connection, batch, state="done", now=now)
            decided = {"staff_id": batch.staff_id, "batch_id": batch.id, "now": now}
            close_clusters(connection, emptied, **decided)
            _record_end(connection, batch, "invalidated", batch.staff_id, number, now)
            return False
    return bool(marked) or not left


def _undo_next(batch: BatchRow, now: datetime) -> bool:
    """Make the next signatures of a batch valid again that nobody has changed since."""
    with write_and_rest() as connection:
        if not _lock_unchanged(connection, batch):
            return False
        wanted = in_batch(batch.action_id, batch.id)
        next_rows = select(*LEDGER_VALUES).where(*wanted).order_by(Signature.id)
        next_rows = next_rows.limit(BATCH_SIZE).with_for_update(skip_locked=True)
        rows = connection.execute(next_rows).all()
        if rows:
            change_all(connection, rows, COUNTED, now)
        number = batch.rows_undone + len(rows)
        update_batch(connection, batch.id, rows_undone=number)
        if connection.execute(select(Signature.id).where(*wanted).limit(1)).first():
            return bool(rows)
        update_batch(connection, batch.id, state="undone")
        _record_end(connection, batch, "validated", batch.undone_by, number, now)
    return False


def _lock_unchanged(connection: Connection, batch: BatchRow) -> bool:
    """Lock a batch, unless another worker has it, or has taken a step, or it has ended."""
    columns = ("state", "rows_marked", "rows_undone", "cursor_at", "cursor_id")
    same = [BATCHES.c[name].is_not_distinct_from(getattr(batch, name)) for name in columns]
    one = select(BATCHES.c.id).where(BATCHES.c.id == batch.id, *same)
    return connection.execute(one.with_for_update(skip_locked=True)).first() is not None


def _lock_matching(
    connection: Connection, batch: BatchRow, ids: Sequence[int]
) -> Sequence[SignatureRow]:
    """Those that still have a status of the filter. Skips those that are locked."""
    rows = _markable(batch, ids).order_by(Signature.id)
    return connection.execute(rows.with_for_update(skip_locked=True)).all() if ids else []


def _find_locked(connection: Connection, batch: BatchRow, ids: Sequence[int]) -> set[int]:
    """Those that still have a status of the filter although they could not be locked."""
    locked = _markable(batch, ids).with_only_columns(Signature.id)
    return set(connection.scalars(locked)) if ids else set()


def _markable(batch: BatchRow, ids: Sequence[int]) -> SignatureSelect:
    statuses = filter_of(batch).statuses
    signatures = are_signatures(batch.action_id, ids), Signature.status.in_(statuses)
    return select(*LEDGER_VALUES).where(*signatures)


def _key_before(rows: Sequence[SignatureRow], left: set[int]) -> Key | None:
    """The position before the first row that is left; None if that is the first row."""
    place = next(place for place, row in enumerate(rows) if row.id in left)
    return key_of(rows[place - 1]) if place else None


def _record_end(
    connection: Connection,
    batch: BatchRow,
    event: str,
    staff_id: int | None,
    number: int,
    now: datetime,
) -> None:
    """In the name of the person who started it."""
    email = select(StaffMember.email).where(StaffMember.id == staff_id)
    add_entry(
        connection,
        event,
        actor=connection.scalar(email) or COMMAND,
        now=now,
        subject=find_action_name(connection, batch.action_id),
        rows=number,
        batch=encode_time(batch.marked_at),
        reason=batch.reason,
    )
