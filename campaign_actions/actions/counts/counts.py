"""How many signed: counts that the worker has folded, what waits for it, and what is there."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select, text

from campaign_actions.actions.models import (
    NOT_COUNTED,
    TO_EXPIRE,
    TO_REMIND,
    Action,
    ActionCount,
    LedgerEntry,
    Signature,
)
from campaign_actions.core.db.replica import replica_snapshot
from campaign_actions.core.db.session import count_at_most, db, read_snapshot

MAX_COUNTED = 10_000  # of a figure that is counted when it is asked for


def count_signatures(action_id: int) -> int:
    """All that count, exact at every moment: what the worker has folded and what it has not."""
    with read_snapshot() as connection:
        return count_signatures_in_transaction(connection, action_id)


def count_signatures_in_transaction(connection: Connection, action_id: int) -> int:
    """The same, as a transaction of the caller sees it."""
    folded = select(ActionCount.confirmed).where(ActionCount.action_id == action_id)
    unfolded = select(func.sum(LedgerEntry.change)).where(LedgerEntry.action_id == action_id)
    return (connection.scalar(folded) or 0) + (connection.scalar(unfolded) or 0)


def count_folded(action_id: int) -> int:
    """The count that pages show: without what waits to be folded, however much that is."""
    folded = select(ActionCount.confirmed).where(ActionCount.action_id == action_id)
    return max(0, db.session.connection().scalar(folded) or 0)


@dataclass(frozen=True)
class UncountedSignatures:
    """Signatures of an action that do not count, each number up to MOST_SHOWN and one more."""

    pending: int  # nobody has pressed the button in their mail yet
    withdrawn: int
    invalid: int


def count_uncounted_signatures(action_id: int) -> UncountedSignatures:
    """Those besides the confirmed ones, along indices that hold no others."""
    theirs, most = (
        select(Signature.action_id).where(Signature.action_id == action_id),
        MAX_COUNTED + 1,
    )
    waiting = [
        count_at_most(theirs.where(text(which)).order_by(Signature.due_at), most)
        for which in (TO_REMIND, TO_EXPIRE)
    ]
    ended = theirs.where(text(NOT_COUNTED))
    withdrawn, invalid = (
        count_at_most(ended.where(Signature.status == status), most)
        for status in ("withdrawn", "invalid")
    )
    return UncountedSignatures(min(sum(waiting), most), withdrawn, invalid)


def count_confirmed_rows(action_id: int) -> int:
    """The confirmed signatures that are there, as an export holds them: counted row by row."""
    count = select(func.count()).where(
        Signature.action_id == action_id, Signature.status == "confirmed"
    )
    with replica_snapshot() as connection:
        return connection.scalar(count) or 0


def oldest_unfolded_at() -> datetime | None:
    """When the oldest change was written that no count holds yet, over all actions."""
    return db.session.connection().scalar(_OLDEST_ENTRY)


def count_unfolded_entries(*, most: int) -> int:
    """How many changes wait to be counted, up to `most`."""
    return count_at_most(select(LedgerEntry.id), most)


def count_new_signatures(*, since: datetime, most: int) -> int:
    """How many people have signed since a moment, confirmed or not, up to `most`."""
    of_actions = select(Signature.id).join(Action)  # by an index that begins with the action
    new = of_actions.where(Signature.signed_at > since)
    return count_at_most(new, most)


_OLDEST_ENTRY = select(LedgerEntry.written_at).order_by(LedgerEntry.id).limit(1)
