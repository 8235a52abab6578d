"""The counts: who confirms or withdraws writes one row in a ledger, the worker folds it.

Nothing that signers share is updated while they wait, so 1,000 confirmations a second do not
queue up behind one counter.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, any_, delete, func, insert, select

from campaign_actions.actions.counts.source_cap import OTHER, own_lines
from campaign_actions.actions.models import ActionCount, LedgerEntry, Tally
from campaign_actions.core.db.session import has_rows, write_transaction
from campaign_actions.core.db.upsert import upsert_sums

MAX_BATCH = 5000  # ledger rows a transaction folds
# An entry bears the time its request began: so much later it may still come into sight.
LATE = timedelta(seconds=5)
DIMENSIONS = ("action_id", "day", "country_code", "locale", "source")
_ENTRY = insert(LedgerEntry).inline()
_OLDEST = select(LedgerEntry.id).order_by(LedgerEntry.id)
_COLUMNS = [
    getattr(LedgerEntry, name) for name in (*DIMENSIONS, "change", "forgotten", "written_at")
]


def add_ledger_entry(connection: Connection, signature: Any, change: int, now: datetime) -> None:
    """Write one change of the count (+1 or -1) into the ledger, in the caller's transaction.

    It is booked under the day of the confirmation, so that a withdrawal takes back just what
    its confirmation had brought. `signature` is a Signature or a row of its columns.
    """
    connection.execute(_ENTRY, _entry(signature, now, change=change, forgotten=0))


def add_ledger_entries(
    connection: Connection, signatures: Sequence[Any], change: int, now: datetime
) -> None:
    """The same for many at once."""
    if signatures:
        entries = [_entry(signature, now, change=change, forgotten=0) for signature in signatures]
        connection.execute(_ENTRY, entries)


def add_retained_entries(connection: Connection, signatures: Sequence[Any], now: datetime) -> None:
    """Write down which confirmed signatures are about to be erased and stay counted."""
    if signatures:
        entries = [_entry(signature, now, change=0, forgotten=1) for signature in signatures]
        connection.execute(_ENTRY, entries)


def fold() -> int:
    """Move the ledger into the counts and tallies, each row exactly once; how many rows it was.

    Any number of workers may do it at once: a row is taken by one of them, and is gone from the
    ledger in the same transaction that counts it.
    """
    folded = 0
    if not has_rows(_OLDEST):
        return folded
    while rows := _fold_batch():
        folded += rows
        if rows < MAX_BATCH:
            break
    return folded


def _entry(signature: Any, now: datetime, **numbers: int) -> dict[str, Any]:
    confirmed_at = signature.confirmed_at
    if confirmed_at is None:
        raise ValueError("A signature that was never confirmed does not count.")
    return {
        "action_id": signature.action_id,
        "day": confirmed_at.date(),
        "country_code": signature.country_code,
        "locale": signature.locale,
        "source": signature.source,
        "written_at": now,
        **numbers,
    }


def _fold_batch() -> int:
    """The counts come first: who has changed an action's row has the action to itself."""
    with write_transaction() as connection:
        rows = connection.execute(_take(connection.dialect.name)).all()
        if rows:
            upsert_sums(
                connection, ActionCount, _counts(rows), add=["confirmed"], replace=["folded_to"]
            )
            upsert_sums(
                connection, Tally, _tallies(connection, rows), add=["confirmed", "forgotten"]
            )
    return len(rows)


def _take(dialect: str) -> Any:
    """Delete the oldest entries that no other worker has in hand.

    As an array, since of a list that it can not foresee PostgreSQL thinks it pays to read the
    whole ledger: after a long stop that would be once for each batch.
    """
    oldest = _OLDEST.limit(MAX_BATCH).with_for_update(skip_locked=True).scalar_subquery()
    is_taken: Any = LedgerEntry.id.in_(oldest)
    if dialect == "postgresql":
        is_taken = LedgerEntry.id == any_(func.array(oldest))
    return delete(LedgerEntry).where(is_taken).returning(*_COLUMNS)


def _counts(rows: Sequence[Any]) -> list[dict[str, Any]]:
    """A row an action, in one order for all workers, so that none waits in a circle."""
    changes: Counter[int] = Counter()
    oldest: dict[int, datetime] = {}
    for row in rows:
        changes[row.action_id] += row.change
        oldest[row.action_id] = min(row.written_at, oldest.get(row.action_id, row.written_at))
    return [
        {"action_id": action_id, "confirmed": changes[action_id], "folded_to": since - LATE}
        for action_id, since in sorted(oldest.items())
    ]


def _tallies(connection: Connection, rows: Sequence[Any]) -> list[dict[str, Any]]:
    """A row for each combination of the dimensions that has changed."""
    kept = own_lines(connection, ((row.action_id, row.day, row.source or "") for row in rows))
    confirmed: Counter[tuple[Any, ...]] = Counter()
    forgotten: Counter[tuple[Any, ...]] = Counter()
    for row in rows:
        # What is not known is empty: tallies are found by their values, and null equals nothing.
        source = row.source or ""
        line = source if (row.action_id, row.day, source) in kept else OTHER
        key = (row.action_id, row.day, row.country_code or "", row.locale or "", line)
        confirmed[key] += row.change
        forgotten[key] += row.forgotten
    return [
        dict(zip(DIMENSIONS, key, strict=True), confirmed=change, forgotten=forgotten[key])
        for key, change in sorted(confirmed.items())
        if change or forgotten[key]
    ]
