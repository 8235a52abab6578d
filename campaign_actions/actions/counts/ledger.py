"""The ledger behind the counts: each confirmation or withdrawal appends a row, the worker folds it.

No request updates a row that signers share, so 1,000 confirmations a second do not queue for one
counter.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Executable,
    Row,
    any_,
    delete,
    func,
    insert,
    select,
)

from campaign_actions.actions.counts.quarters import QUARTERS_KEPT, quarter_of
from campaign_actions.actions.counts.source_limit import OTHER_SOURCES, admit_sources
from campaign_actions.actions.models import (
    ActionCount,
    LedgerEntry,
    QuarterCount,
    SignatureRow,
    Tally,
)
from campaign_actions.core.db.batches import in_batches
from campaign_actions.core.db.group_commit import TableInsert
from campaign_actions.core.db.session import has_rows, write_transaction
from campaign_actions.core.db.upsert import upsert_sums

MAX_BATCH = 5000  # ledger rows folded in one transaction
# An entry has the time at which its request began, and becomes visible up to this much later.
MAX_COMMIT_DELAY = timedelta(seconds=5)
LedgerRow = Row[*tuple[Any, ...]]  # columns of an entry, by name
TallyKey = tuple[int, date, str, str, str]  # the values of DIMENSIONS
DIMENSIONS = ("action_id", "day", "country_code", "locale", "source")
_INSERT_ENTRY = insert(LedgerEntry).inline()
LEDGER_COLUMNS = (*DIMENSIONS, "quarter", "written_at", "change", "forgotten")
LEDGER_TABLE_INSERT = TableInsert(LedgerEntry, LEDGER_COLUMNS)
_OLDEST_IDS = select(LedgerEntry.id).order_by(LedgerEntry.id)
_COLUMNS = [getattr(LedgerEntry, name) for name in LEDGER_COLUMNS]


def add_ledger_entry(
    connection: Connection, signature: SignatureRow, change: int, now: datetime
) -> None:
    """Append one change of the count (+1 or -1) in the caller's transaction.

    The entry has the day of the confirmation, so a withdrawal cancels exactly what its
    confirmation added.
    """
    connection.execute(_INSERT_ENTRY, new_entry(signature, change, now))


def new_entry(signature: SignatureRow, change: int, now: datetime) -> dict[str, object]:
    """The row that this appends, for LEDGER_TABLE_INSERT."""
    return _ledger_row(signature, now, change=change, forgotten=0)


def add_ledger_entries(
    connection: Connection, signatures: Sequence[SignatureRow], change: int, now: datetime
) -> None:
    """The same for many signatures."""
    if signatures:
        entries = [new_entry(signature, change, now) for signature in signatures]
        connection.execute(_INSERT_ENTRY, entries)


def add_retained_entries(
    connection: Connection, signatures: Sequence[SignatureRow], now: datetime
) -> None:
    """Record that confirmed signatures will be erased on schedule and stay counted."""
    if signatures:
        entries = [_ledger_row(signature, now, change=0, forgotten=1) for signature in signatures]
        connection.execute(_INSERT_ENTRY, entries)


def fold() -> int:
    """Move the ledger into the counts and tallies. Returns the number of ledger rows.

    Any number of workers may call this at once: each row is deleted by one of them, in the
    transaction that counts it.
    """
    return in_batches(_fold_batch, full=MAX_BATCH) if has_rows(_OLDEST_IDS) else 0


def _ledger_row(signature: SignatureRow, now: datetime, **numbers: int) -> dict[str, object]:
    confirmed_at = signature.confirmed_at
    if confirmed_at is None:
        raise ValueError("A signature that was never confirmed is not in any count.")
    return {
        "action_id": signature.action_id,
        "day": confirmed_at.date(),
        "quarter": quarter_of(confirmed_at),
        "country_code": signature.country_code,
        "locale": signature.locale,
        "source": signature.source,
        "written_at": now,
        **numbers,
    }


def _fold_batch() -> int:
    """Updates counts before tallies: the row lock on a count gives this worker the whole action."""
    with write_transaction() as connection:
        rows = connection.execute(_delete_oldest_entries(connection.dialect.name)).all()
        if rows:
            upsert_sums(
                connection,
                ActionCount,
                _count_changes(rows),
                add=["confirmed"],
                replace=["folded_to"],
            )
            upsert_sums(
                connection, Tally, _tally_changes(connection, rows), add=["confirmed", "forgotten"]
            )
            upsert_sums(connection, QuarterCount, _quarter_changes(rows), add=["confirmed"])
    return len(rows)


def _delete_oldest_entries(dialect: str) -> Executable:
    """Delete the oldest entries that no other worker has locked.

    PostgreSQL gets the ids as an array. With a subquery it expects many rows and reads the whole
    ledger, which after a long outage would happen once for every batch.
    """
    oldest = _OLDEST_IDS.limit(MAX_BATCH).with_for_update(skip_locked=True).scalar_subquery()
    is_oldest: ColumnElement[bool] = LedgerEntry.id.in_(oldest)
    if dialect == "postgresql":
        is_oldest = LedgerEntry.id == any_(func.array(oldest))
    return delete(LedgerEntry).where(is_oldest).returning(*_COLUMNS)


def _count_changes(rows: Sequence[LedgerRow]) -> list[dict[str, int | datetime]]:
    """One row for each action, sorted so that workers lock them in the same order."""
    changes: Counter[int] = Counter()
    oldest: dict[int, datetime] = {}
    for row in rows:
        changes[row.action_id] += row.change
        oldest[row.action_id] = min(row.written_at, oldest.get(row.action_id, row.written_at))
    return [
        {
            "action_id": action_id,
            "confirmed": changes[action_id],
            "folded_to": since - MAX_COMMIT_DELAY,
        }
        for action_id, since in sorted(oldest.items())
    ]


def _tally_changes(
    connection: Connection, rows: Sequence[LedgerRow]
) -> list[dict[str, int | str | date]]:
    """One row for each combination of the dimensions that has changed."""
    admitted = admit_sources(
        connection, ((row.action_id, row.day, row.source or "") for row in rows)
    )
    confirmed: Counter[TallyKey] = Counter()
    forgotten: Counter[TallyKey] = Counter()
    for row in rows:
        # Unknown values are stored as "", because null would not match in the upsert.
        source = row.source or ""
        if (row.action_id, row.day, source) not in admitted:
            source = OTHER_SOURCES
        key = (row.action_id, row.day, row.country_code or "", row.locale or "", source)
        confirmed[key] += row.change
        forgotten[key] += row.forgotten
    return [
        dict(zip(DIMENSIONS, key, strict=True), confirmed=change, forgotten=forgotten[key])
        for key, change in sorted(confirmed.items())
        if change or forgotten[key]
    ]


def _quarter_changes(rows: Sequence[LedgerRow]) -> list[dict[str, int | date]]:
    """One row for each quarter of an hour that has changed, without those that are no longer kept."""
    changes: Counter[tuple[int, date, int]] = Counter()
    for row in rows:
        if row.quarter is not None and row.day > row.written_at.date() - QUARTERS_KEPT:
            changes[row.action_id, row.day, row.quarter] += row.change
    return [
        {"action_id": action_id, "day": day, "quarter": quarter, "confirmed": change}
        for (action_id, day, quarter), change in sorted(changes.items())
        if change
    ]
