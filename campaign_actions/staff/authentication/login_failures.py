"""Failed log-ins: counted by account and method, and reported to the audit log at intervals.

A failure is not an audit entry of its own, or strangers could fill the log and block everyone else who
adds to it. There is one row for each member and method, and one for all unknown addresses, so strangers
cannot make the table grow. Nothing they typed is stored.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, case, delete, or_, select

from campaign_actions.audit.log import add_entry, lock_chain
from campaign_actions.core.bulkhead import Bulkhead
from campaign_actions.core.db.session import has_rows, write_transaction
from campaign_actions.core.db.upsert import DialectInsert, dialect_insert
from campaign_actions.staff.models import LoginFailures

REPORT_INTERVAL = timedelta(minutes=15)  # so at most 96 entries a day for an account and method
# A flood of failures queues here instead of taking database connections that others need.
BULKHEAD = Bulkhead("log-in failures", max_concurrent=1, max_queued=20, timeout=5)
MAX_CLOCK_SKEW = timedelta(minutes=1)  # between two machines


def record_login_failure(account: str, *, via: str, now: datetime) -> None:
    """Count a failure. The statement is the same for every account, so its timing reveals nothing.

    `account`: a member's address, or "" for an unknown one; `via`: the method, as in the audit log.
    It waits neither for the disk nor for the lock on the audit log. Raises BulkheadFull.
    """
    row = {"account": account, "via": via, "failures": 1, "first_at": now, "last_at": now}
    with BULKHEAD.enter(), write_transaction(waits_for_disk=False) as connection:
        connection.execute(_increment(connection), row)


def report_login_failures(now: datetime) -> int:
    """Turn each row that is due into an audit entry; return how many."""
    is_due = or_(
        LoginFailures.first_at <= now - REPORT_INTERVAL,
        LoginFailures.first_at > now + MAX_CLOCK_SKEW,
    )
    if not has_rows(select(LoginFailures.account).where(is_due)):
        return 0
    with write_transaction() as connection:
        lock_chain(connection)  # first, so that rows are locked only briefly while they are deleted
        deleted = delete(LoginFailures).where(is_due).returning(*LoginFailures.__table__.columns)
        rows = sorted(connection.execute(deleted), key=lambda row: row.first_at)
        for row in rows:
            _add_entry(connection, row, now)
    return len(rows)


def _add_entry(connection: Connection, row: Row[*tuple[Any, ...]], now: datetime) -> None:
    failures = {
        "count": row.failures,
        "first": row.first_at.isoformat(timespec="seconds"),
        "last": row.last_at.isoformat(timespec="seconds"),
    }
    add_entry(
        connection, "login-failed", actor=row.account, now=now, via=row.via, failures=failures
    )


def _increment(connection: Connection) -> DialectInsert:
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
