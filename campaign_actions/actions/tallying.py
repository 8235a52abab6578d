"""The counts: who confirms or withdraws writes one row in a ledger, the worker folds it.

Nothing that signers share is updated while they wait, so 1,000 confirmations a second do not
queue up behind one counter.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from campaign_actions.actions.models import ActionCount, LedgerEntry, Tally
from campaign_actions.core.database import add_up, is_any, writing

BATCH = 5000  # ledger rows a transaction folds
DIMENSIONS = ("action_id", "day", "country_code", "locale", "source")


def enter(connection: Connection, signature: Any, change: int, now: datetime) -> None:
    """Write one change of the count (+1 or -1) into the ledger, in the caller's transaction.

    It is booked under the day of the confirmation, so that a withdrawal takes back just what
    its confirmation had brought. `signature` is a Signature or a row of its columns.
    """
    confirmed_at = signature.confirmed_at
    if confirmed_at is None:
        raise ValueError("A signature that was never confirmed does not count.")
    row = {
        "action_id": signature.action_id,
        "change": change,
        "day": confirmed_at.date(),
        "country_code": signature.country_code,
        "locale": signature.locale,
        "source": signature.source,
        "written_at": now,
    }
    connection.execute(insert(LedgerEntry), row)


def fold() -> int:
    """Move the ledger into the counts and tallies, each row exactly once; how many rows it was.

    Any number of workers may do it at once: a row is taken by one of them, and is gone from the
    ledger in the same transaction that counts it.
    """
    folded = 0
    if not is_any(select(LedgerEntry.id)):
        return folded
    while rows := _fold_batch():
        folded += rows
        if rows < BATCH:
            break
    return folded


def _fold_batch() -> int:
    oldest = select(LedgerEntry.id).order_by(LedgerEntry.id).limit(BATCH)
    taken = oldest.with_for_update(skip_locked=True)
    columns = [getattr(LedgerEntry, name) for name in (*DIMENSIONS, "change")]
    with writing() as connection:
        rows = connection.execute(
            delete(LedgerEntry)
            .where(LedgerEntry.id.in_(taken.scalar_subquery()))
            .returning(*columns)
        ).all()
        for table, unique in ((ActionCount, ("action_id",)), (Tally, DIMENSIONS)):
            if sums := _sums(rows, unique):
                add_up(connection, table, sums, unique=unique, column="confirmed")
    return len(rows)


def _sums(rows: Sequence[Any], dimensions: Sequence[str]) -> list[dict[str, Any]]:
    """One row for each combination, in one order for all workers, so that none waits in a circle."""
    sums: Counter[tuple[Any, ...]] = Counter()
    for row in rows:
        sums[tuple(_or_empty(getattr(row, name)) for name in dimensions)] += row.change
    return [
        dict(zip(dimensions, key, strict=True), confirmed=change)
        for key, change in sorted(sums.items())
        if change
    ]


def _or_empty(value: Any) -> Any:
    """Tallies are found by their values, and null equals nothing: what is not known is empty."""
    return "" if value is None else value
