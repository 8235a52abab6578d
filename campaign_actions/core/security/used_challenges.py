"""Challenges that have been used: of passkeys, and of proofs of work. Each works once, on all machines."""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import Connection, String
from sqlalchemy.orm import Mapped, mapped_column

from campaign_actions.core.db.session import Base, delete_rows
from campaign_actions.core.db.upsert import dialect_insert

# Challenges expire after ten minutes. They are kept much longer, so that a clock that differs or is set
# back gives nobody a second use.
RETENTION = timedelta(days=1)


class UsedChallenge(Base):
    """A used challenge, so that no response to it is accepted twice."""

    __tablename__ = "used_challenges"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    used_at: Mapped[datetime]


def use_challenge(connection: Connection, challenge: str, *, now: datetime) -> bool:
    """Whether this is the first use of a challenge, in the caller's transaction.

    Call it only after verifying the response, or strangers could fill the table.
    """
    row = {"hash": hashlib.sha256(challenge.encode()).hexdigest(), "used_at": now}
    new = dialect_insert(connection.dialect.name)(UsedChallenge).values(row)
    first = new.on_conflict_do_nothing().returning(UsedChallenge.hash)
    return connection.scalar(first) is not None


def delete_old_challenges(now: datetime) -> None:
    """Delete challenges that expired long ago."""
    delete_rows(UsedChallenge, UsedChallenge.used_at < now - RETENTION)
