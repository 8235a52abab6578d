"""Folding the ledger of states into tallies: by day, by quarter of an hour, and by source and language.

Triggers write the ledger, so whatever changes a signature is in it, in the same transaction.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from operator import itemgetter
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
    inspect,
    select,
)

from campaign_actions.actions.counts.quarters import QUARTERS_KEPT
from campaign_actions.actions.counts.source_limit import OTHER_SOURCES, admit_sources
from campaign_actions.actions.models import (
    PARTS,
    QUARTERS_OF_DAY,
    STATES,
    SignatureRow,
    StateChange,
    StateDay,
    StateQuarter,
    StateSource,
    StateSourceLanguage,
)
from campaign_actions.core.db.batches import in_batches
from campaign_actions.core.db.session import Base, delete_rows, has_rows, write_transaction
from campaign_actions.core.db.upsert import advisory_lock, upsert_sums
from campaign_actions.core.i18n.timezones import organization_zone

LOCK = 0x73746174  # "stat": the key of PostgreSQL's advisory lock
MAX_BATCH = 5000  # rows of the ledger folded in one transaction
MAX_BATCHES = 10  # in one run of the task, so that other work gets its turn
COUNTS = (*STATES, "kept")
HOUR_SECONDS, QUARTER_SECONDS, QUARTERS_OF_HOUR = 3600, 900, 4
ChangeRow = Row[*tuple[Any, ...]]  # columns of a change, by name
Changes = dict[str, int]  # by COUNTS
Tallied = dict[tuple[Any, ...], Changes]  # by the primary key of a table
_OLDEST = select(StateChange.id).order_by(StateChange.id)


def fold_states(now: datetime) -> int:
    """Move the ledger of states into the tallies, or much of it. Returns the number of its rows.

    Any number of workers may call this: a lock lets one after another fold.
    """
    if not has_rows(_OLDEST):
        return 0
    return in_batches(partial(_fold_batch, now), full=MAX_BATCH, most=MAX_BATCHES)


def keep_states(connection: Connection, signatures: Sequence[SignatureRow]) -> None:
    """Keep confirmed signatures in the tallies that are then erased on schedule.

    Erasing moves them from "confirmed" to "gone". These rows of the ledger move them back.
    """
    rows = [
        {
            "action_id": row.action_id,
            "slot": slot_of(row.signed_at),
            "country_code": row.country_code,
            "locale": row.locale,
            "source": row.source,
            "channel": row.channel,
            "email_provider": row.email_provider,
            "removed": "gone",
            "added": "confirmed",
            "kept": 1,
        }
        for row in signatures
    ]
    if rows:
        connection.execute(insert(StateChange), rows)


def delete_old_state_quarters(now: datetime) -> None:
    """A scheduled task: delete the quarters of days that no page asks for."""
    delete_rows(StateQuarter, StateQuarter.slot < first_kept_slot(now))


def slot_of(moment: datetime) -> int:
    """The number of quarters of an hour since 1970, in UTC."""
    return int(moment.timestamp() // QUARTER_SECONDS)


def moment_of(slot: int) -> datetime:
    """When a slot begins."""
    return datetime.fromtimestamp(slot * QUARTER_SECONDS, UTC)


def first_kept_slot(now: datetime) -> int:
    """The first slot of which quarters are kept: the start of a day in UTC."""
    return (slot_of(now - QUARTERS_KEPT) // QUARTERS_OF_DAY + 1) * QUARTERS_OF_DAY


def _fold_batch(now: datetime) -> int:
    with write_transaction() as connection:
        advisory_lock(connection, LOCK)
        rows = connection.execute(_delete_oldest(connection.dialect.name)).all()
        if rows:
            tables = StateDay, StateQuarter, StateSourceLanguage
            for table, tallied in zip(tables, _sum_up(connection, rows, now), strict=True):
                upsert_sums(connection, table, _rows_of(table, tallied), add=COUNTS)
    return len(rows)


def _sum_up(
    connection: Connection, rows: Sequence[ChangeRow], now: datetime
) -> tuple[Tallied, Tallied, Tallied]:
    """The changes by day, by slot, and by source and language."""
    first_kept, step = first_kept_slot(now), quarters_of_slot(now)
    dated = [(row, moment_of(row.slot).date()) for row in rows]
    sources = {(row.action_id, day, row.source or "") for row, day in dated}
    admitted = admit_sources(connection, sources, StateSource)
    days: Tallied = defaultdict(_zeros)
    quarters: Tallied = defaultdict(_zeros)
    languages: Tallied = defaultdict(_zeros)
    for row, day in dated:
        source = row.source or ""
        source = source if (row.action_id, day, source) in admitted else OTHER_SOURCES
        slot = row.slot // step * step if row.slot >= first_kept else None
        for part, value, state, change in _changes_of(row, source):
            tallied = [days[row.action_id, part, day, value]]
            if slot is not None:
                tallied.append(quarters[row.action_id, part, slot, value])
            if part == "source":
                tallied.append(languages[row.action_id, value, row.locale or ""])
            for counts in tallied:
                counts[state] += change
                counts["kept"] += row.kept if state == "confirmed" else 0
    return days, quarters, languages


def quarters_of_slot(now: datetime) -> int:
    """4, so that quarters of an hour are tallied as their hour, where the organisation's days allow it."""
    offset = now.astimezone(organization_zone()).utcoffset()
    is_whole = offset is None or offset.total_seconds() % HOUR_SECONDS == 0
    return QUARTERS_OF_HOUR if is_whole else 1


def _delete_oldest(dialect: str) -> Executable:
    """PostgreSQL gets the ids as an array; see ledger._delete_oldest_entries()."""
    oldest = _OLDEST.limit(MAX_BATCH).scalar_subquery()
    is_oldest: ColumnElement[bool] = StateChange.id.in_(oldest)
    if dialect == "postgresql":
        is_oldest = StateChange.id == any_(func.array(oldest))
    return delete(StateChange).where(is_oldest).returning(*StateChange.__table__.columns)


def _changes_of(row: ChangeRow, source: str) -> Iterator[tuple[str, str, str, int]]:
    """Part, value, state and change. One that is gone has nothing but its time."""
    parts = [
        ("all", ""),
        ("country", row.country_code or ""),
        ("locale", row.locale or ""),
        ("source", source),
        ("channel", row.channel or ""),
    ]
    if row.email_provider:
        parts.append(("provider", row.email_provider))
    for state, change in ((row.removed, -1), (row.added, +1)):
        for part, value in parts:
            if state and part in PARTS_OF.get(state, PARTS):
                yield part, value, state, change


PARTS_OF = {"gone": ("all",), "mailed": ("all", "provider")}


def _zeros() -> Changes:
    return dict.fromkeys(COUNTS, 0)


def _rows_of(table: type[Base], tallied: Tallied) -> list[dict[str, object]]:
    """Sorted, so that all transactions lock in one order; without those where nothing changed."""
    key = [column.name for column in inspect(table).primary_key]
    return [
        {**dict(zip(key, place, strict=True)), **counts}
        for place, counts in sorted(tallied.items(), key=itemgetter(0))
        if any(counts.values())
    ]
