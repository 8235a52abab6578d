"""Challenges that passkeys have answered: each counts once, in all processes and on all machines."""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select

from campaign_actions.core.db.session import has_rows, write_transaction
from campaign_actions.core.db.upsert import dialect_insert
from campaign_actions.staff.models import UsedChallenge

# A challenge can be answered for ten minutes (asking.LIFE). It is remembered for much longer, so that
# clocks that differ, or are put back, give nobody a second try.
RETENTION = timedelta(days=1)


def use_challenge(connection: Connection, challenge: str, *, now: datetime) -> bool:
    """In the caller's transaction: whether this is the first true answer to a challenge.

    Only for an answer that has been checked, or strangers could fill the table.
    """
    row = {"hash": hashlib.sha256(challenge.encode()).hexdigest(), "used_at": now}
    new = dialect_insert(connection.dialect.name)(UsedChallenge).values(row)
    first = new.on_conflict_do_nothing().returning(UsedChallenge.hash)
    return connection.scalar(first) is not None


def delete_old_challenges(now: datetime) -> None:
    """Delete those that nobody can answer any more."""
    over = UsedChallenge.used_at < now - RETENTION
    if not has_rows(select(UsedChallenge.hash).where(over)):
        return
    with write_transaction() as connection:
        connection.execute(delete(UsedChallenge).where(over))
