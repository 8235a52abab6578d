"""Counting the tries of a code, so that it cannot be guessed.

The count is in the database, so another server, process or source gives nobody more tries. It belongs to
one code: a new email has a new code, which can be tried as often. So someone who uses up the tries of
another person's code delays them by one email, and the link in each email works anyway.
"""

from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import Connection, Executable, case, delete, select

from campaign_actions.actions.models import CodeTries
from campaign_actions.core.db.session import db, delete_rows
from campaign_actions.core.db.upsert import bind_columns, dialect_insert
from campaign_actions.core.switches.state import email_clock

COLUMNS = ("email_key", "action_id", "code_sent_at", "tried_at")
KEEP = timedelta(days=1)  # after the last try: as long as a code works, or longer
BATCH_SIZE = 5000  # rows deleted at once, so that signers never wait long


def count_try(
    connection: Connection,
    *,
    email_key: str,
    action_id: int,
    code_sent_at: datetime | None,
    now: datetime,
) -> int:
    """Count one try, right or wrong, and return the number of tries of this code including it.

    It is counted before the code is compared, and the row stays locked until the transaction ends, so
    that tries at the same moment count as well. `code_sent_at`: None if there is no code to try.
    """
    values = (email_key, action_id, code_sent_at, now)
    new = {f"new_{name}": value for name, value in zip(COLUMNS, values, strict=True)}
    tries: int = connection.execute(_count_statement(connection.dialect.name), new).scalar_one()
    return tries


def delete_tries(connection: Connection, email_key: str, *, action_id: int | None = None) -> None:
    """Delete the tries for a mailbox, for one action or for all."""
    tries = delete(CodeTries).where(CodeTries.email_key == email_key)
    if action_id is not None:
        tries = tries.where(CodeTries.action_id == action_id)
    connection.execute(tries)


def delete_old_tries(now: datetime) -> None:
    """Delete a batch of the tries of codes that no longer work."""
    are_old = CodeTries.tried_at < email_clock().ago(KEEP, now)
    in_order = select(CodeTries.tried_at).where(are_old).order_by(CodeTries.tried_at)
    end = db.session.scalar(in_order.offset(BATCH_SIZE - 1).limit(1))
    delete_rows(CodeTries, CodeTries.tried_at <= end if end else are_old)


@cache
def _count_statement(dialect: str) -> Executable:
    insert = dialect_insert(dialect)(CodeTries).values(bind_columns("new", COLUMNS) | {"tries": 1})
    # Equality and not order, because a clock may have been set back.
    is_same_code = CodeTries.code_sent_at.is_not_distinct_from(insert.excluded.code_sent_at)
    return insert.on_conflict_do_update(
        index_elements=CodeTries.__table__.primary_key,
        set_={
            "tries": case((is_same_code, CodeTries.tries + 1), else_=1),
            "code_sent_at": insert.excluded.code_sent_at,
            "tried_at": insert.excluded.tried_at,
        },
    ).returning(CodeTries.tries)
