"""Counts of signatures: folded by the worker, exact, and of the rows themselves."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, func, select

from campaign_actions.actions.models import ActionCount, LedgerEntry, Signature, StateDay
from campaign_actions.core.db.replica import replica_snapshot
from campaign_actions.core.db.session import count_at_most, db, read_snapshot


def count_signatures(action_id: int) -> int:
    """The exact number of confirmed signatures: folded entries plus those still in the ledger."""
    with read_snapshot() as connection:
        return count_signatures_in_transaction(connection, action_id)


def count_signatures_in_transaction(connection: Connection, action_id: int) -> int:
    """The same, as seen by the caller's transaction."""
    folded = select(ActionCount.confirmed).where(ActionCount.action_id == action_id)
    unfolded = select(func.sum(LedgerEntry.change)).where(LedgerEntry.action_id == action_id)
    return (connection.scalar(folded) or 0) + (connection.scalar(unfolded) or 0)


def count_folded(action_id: int) -> int:
    """The count that pages show: without entries still in the ledger. One row is read."""
    folded = select(ActionCount.confirmed).where(ActionCount.action_id == action_id)
    return max(0, db.session.connection().scalar(folded) or 0)


def count_confirmed_rows(action_id: int) -> int:
    """The number of rows that an export contains. Reads each of them."""
    count = select(func.count()).where(Signature.action_id == action_id, Signature.is_counted)
    with replica_snapshot() as connection:
        return connection.scalar(count) or 0


def count_by_country(action_ids: Collection[int]) -> dict[str, int]:
    """The confirmed signatures of some actions by country, most first, from the tallies by state."""
    number = func.sum(StateDay.confirmed)
    found = select(StateDay.value, number).where(
        StateDay.action_id.in_(action_ids), StateDay.part == "country", StateDay.value != ""
    )
    found = found.group_by(StateDay.value).having(number > 0)
    rows = db.session.execute(found.order_by(number.desc(), StateDay.value))
    return {code: int(confirmed) for code, confirmed in rows}


def oldest_unfolded_at() -> datetime | None:
    """When the oldest entry in the ledger was written, over all actions."""
    return db.session.connection().scalar(_OLDEST_ENTRY)


def count_unfolded_entries(*, limit: int) -> int:
    """How many entries are in the ledger, up to `limit`."""
    return count_at_most(select(LedgerEntry.id), limit)


def count_new_signatures(*, since: datetime, limit: int) -> int:
    """How many people have signed since a moment, confirmed or not, up to `limit`."""
    # The join lets the database use the index that starts with the action.
    new = select(Signature.id).join(Signature.action).where(Signature.signed_at > since)
    return count_at_most(new, limit)


_OLDEST_ENTRY = select(LedgerEntry.written_at).order_by(LedgerEntry.id).limit(1)
