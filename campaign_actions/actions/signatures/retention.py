"""What is kept when an action is over: the count, and nothing of the people."""

from datetime import datetime

from sqlalchemy import Connection, func, select

from campaign_actions.actions.counts.ledger import add_retained_entries
from campaign_actions.actions.models import Action, Signature
from campaign_actions.actions.naming import find_action_name
from campaign_actions.actions.signatures.withdraw import erase_rows
from campaign_actions.audit.log import COMMAND, add_entry
from campaign_actions.core.db.session import db, write_transaction

BATCH_SIZE = 500  # signatures a transaction erases


def erase_closed(now: datetime, *, keep_months: int) -> int:
    """Erase personal data of actions that closed `keep_months` ago; how many signatures it was.

    Unlike an erasure at a person's wish it leaves the count as it is: they did sign. Each round is
    an entry in the audit log.
    """
    before = months_before(now, keep_months)
    action_id = _find_closed_action(before, now)
    if action_id is None:
        return 0
    people = (
        select(Signature.__table__)
        .where(Signature.action_id == action_id, Signature.signed_at <= now)
        .order_by(Signature.signed_at)
        .limit(BATCH_SIZE)
    )
    with write_transaction() as connection:
        rows = connection.execute(people.with_for_update(skip_locked=True)).all()
        add_retained_entries(connection, [row for row in rows if row.status == "confirmed"], now)
        erase_rows(connection, rows, now=now)
        if rows:
            _log_erasure(connection, action_id, len(rows), before, now)
    return len(rows)


def _log_erasure(
    connection: Connection, action_id: int, rows: int, before: datetime, now: datetime
) -> None:
    """Of which action, how many it was, and until when its end had to be."""
    add_entry(
        connection,
        "erased",
        actor=COMMAND,
        now=now,
        subject=find_action_name(connection, action_id),
        rows=rows,
        action_id=action_id,
        until=before.isoformat(),
    )


def _find_closed_action(before: datetime, now: datetime) -> int | None:
    """An action that closed before and has people left.

    A row that was erased has no time any more: the index holds just those that are left, and the
    lowest time is one look into it. A join would make PostgreSQL read all signatures, each second.
    """
    first = select(func.min(Signature.signed_at)).where(Signature.action_id == Action.id)
    has_people = first.scalar_subquery() <= now
    closed = select(Action.id).where(Action.retain_from <= before, has_people).order_by(Action.id)
    action_id = db.session.scalar(closed.limit(1))
    db.session.commit()
    return action_id


def months_before(moment: datetime, months: int) -> datetime:
    """The same day and hour so many months earlier; the last day of a month that is shorter."""
    month = moment.year * 12 + moment.month - 1 - months
    for day in range(moment.day, 0, -1):
        try:
            return moment.replace(year=month // 12, month=month % 12 + 1, day=day)
        except ValueError:
            continue
    raise ValueError(f"There is no month {months} months before {moment:%Y-%m}.")


def months_after(moment: datetime, months: int) -> datetime:
    """The same, so many months later."""
    return months_before(moment, -months)
