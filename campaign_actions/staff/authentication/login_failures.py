"""Failed log-ins: counted by account and way, and told to the audit log once in a while.

Anybody can fail to log in, so none of it is an entry by itself: strangers would fill the log, and hold
up everybody who adds to it. There is one row for each member and way, and one for all addresses that
nobody here has, so strangers can not make the table grow; of what they typed nothing is kept.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, case, delete, or_, select

from campaign_actions.audit.log import add_entry, hold_chain
from campaign_actions.core.bulkhead import Bulkhead
from campaign_actions.core.db.session import has_rows, write_transaction
from campaign_actions.core.db.upsert import dialect_insert
from campaign_actions.staff.models import LoginFailures

WINDOW = timedelta(minutes=15)  # of one entry; so many a day and account at most: 96
# A flood of failures waits here, and not on the connections to the database that others need.
BULKHEAD = Bulkhead("log-in failures", max_concurrent=1, max_queued=20, timeout=5)
SKEW = timedelta(minutes=1)  # so much may the clocks of two machines differ


def count_login_failure(account: str, *, via: str, now: datetime) -> None:
    """One more, in one statement that is the same whoever it was: the time it takes tells nothing.

    `account`: a member's address, or "" where nobody has the address; `via`: as in the audit log.
    It does not wait for the disk, nor for anybody who adds to the audit log. Raises BulkheadFull.
    """
    row = {"account": account, "via": via, "failures": 1, "first_at": now, "last_at": now}
    with BULKHEAD.enter(), write_transaction(waits_for_disk=False) as connection:
        connection.execute(_one_more(connection), row)


def report_login_failures(now: datetime) -> int:
    """An entry for each row whose time is over, which then goes; returns how many."""
    is_over = or_(LoginFailures.first_at <= now - WINDOW, LoginFailures.first_at > now + SKEW)
    if not has_rows(select(LoginFailures.account).where(is_over)):
        return 0
    with write_transaction() as connection:
        hold_chain(connection)  # first: who fails to log in now waits for a row only while it goes
        gone = delete(LoginFailures).where(is_over).returning(*LoginFailures.__table__.columns)
        rows = sorted(connection.execute(gone), key=lambda row: row.first_at)
        for row in rows:
            _tell(connection, row, now)
    return len(rows)


def _tell(connection: Connection, row: Any, now: datetime) -> None:
    failures = {
        "count": row.failures,
        "first": row.first_at.isoformat(timespec="seconds"),
        "last": row.last_at.isoformat(timespec="seconds"),
    }
    add_entry(
        connection, "login-failed", actor=row.account, now=now, via=row.via, failures=failures
    )


def _one_more(connection: Connection) -> Any:
    insert = dialect_insert(connection.dialect.name)(LoginFailures)
    new, old = insert.excluded, LoginFailures
    return insert.on_conflict_do_update(
        index_elements=["account", "via"],
        set_={
            "failures": old.failures + 1,
            "first_at": case((new.first_at < old.first_at, new.first_at), else_=old.first_at),
            "last_at": case((new.last_at > old.last_at, new.last_at), else_=old.last_at),
        },
    )
