"""Numbering committed changes, so that a number is a cursor that cannot miss any.

Transactions end in another order than they begin, so neither the id nor the time of a change can be a
cursor: one that began earlier may be committed later, behind a reader who has passed it. Here one
transaction at a time, holding a lock until its commit, numbers the changes that it can see, all of which
are committed. So a reader who sees a number also sees all lower ones, and everything that they changed.
"""

from sqlalchemy import BigInteger, Connection, cast, func, literal, select, update

from campaign_actions.actions.models import SignatureChange
from campaign_actions.core.db.batches import in_batches
from campaign_actions.core.db.session import has_rows, write_transaction
from campaign_actions.core.db.upsert import advisory_lock

LOCK = 0x6E756D62  # "numb": the key of PostgreSQL's advisory lock
MAX_BATCH = 10_000  # changes numbered in one transaction
_NEW = select(SignatureChange.id).where(SignatureChange.number.is_(None))
LAST_NUMBER = select(func.max(SignatureChange.number)).where(SignatureChange.number.is_not(None))


def number_changes() -> int:
    """Number all changes that are committed. Returns how many. Any number of processes may call this."""
    return in_batches(_number_batch, full=MAX_BATCH) if has_rows(_NEW) else 0


def find_last_number(connection: Connection) -> int:
    """The number of the last change that a snapshot sees; 0 before the first."""
    return connection.scalar(LAST_NUMBER) or 0


def _number_batch() -> int:
    with write_transaction() as connection:
        # The statements below see what the last holder of the lock has committed.
        advisory_lock(connection, LOCK)
        last = literal(find_last_number(connection), BigInteger)
        oldest = _NEW.order_by(SignatureChange.id).limit(MAX_BATCH).subquery()
        place = cast(func.row_number().over(order_by=oldest.c.id), BigInteger)
        places = select(oldest.c.id, (last + place).label("number")).subquery()
        numbering = update(SignatureChange).where(SignatureChange.id == places.c.id)
        return connection.execute(numbering.values(number=places.c.number)).rowcount
