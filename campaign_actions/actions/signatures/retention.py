"""Retention: personal data is erased some time after an action has closed. The count stays."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, func, select

from campaign_actions.actions.counts.ledger import add_retained_entries
from campaign_actions.actions.counts.states.fold import keep_states
from campaign_actions.actions.models import COUNTED, Action, Signature
from campaign_actions.actions.naming import find_action_name
from campaign_actions.actions.signatures.withdraw import erase_rows
from campaign_actions.audit.log import COMMAND, add_entry
from campaign_actions.core.db.session import db, write_transaction

BATCH_SIZE = 500  # signatures erased in one transaction


def erase_closed(now: datetime, *, keep_months: int) -> int:
    """Erase a batch of signatures of an action that closed `keep_months` ago. Returns their number.

    Unlike an erasure that the person asked for, it does not change the count. Each batch has an
    entry in the audit log.
    """
    before = months_before(now, keep_months)
    action_id = _find_closed_action(before, now)
    if action_id is None:
        return 0
    signatures = (
        select(Signature.__table__)
        .where(Signature.action_id == action_id, Signature.signed_at <= now)
        .order_by(Signature.signed_at)
        .limit(BATCH_SIZE)
    )
    with write_transaction() as connection:
        rows = connection.execute(signatures.with_for_update(skip_locked=True)).all()
        counted = [row for row in rows if row.status == COUNTED]
        add_retained_entries(connection, counted, now)
        keep_states(connection, counted)
        erase_rows(connection, rows, now=now)
        if rows:
            add_entry(
                connection,
                "erased",
                actor=COMMAND,
                now=now,
                subject=find_action_name(connection, action_id),
                rows=len(rows),
                action_id=action_id,
                until=before.isoformat(),
            )
    return len(rows)


def find_expired(connection: Connection, ids: Collection[int], before: datetime) -> set[int]:
    """Those of these actions whose data is being erased on schedule."""
    expired = select(Action.id).where(Action.id.in_(ids), Action.retain_from <= before)
    return set(connection.scalars(expired)) if ids else set()


def _find_closed_action(before: datetime, now: datetime) -> int | None:
    """An action that closed before `before` and still has personal data.

    Erased rows have no time of signing, so one look into an index finds the first of the others.
    With a join, PostgreSQL would read all signatures every second.
    """
    first = select(func.min(Signature.signed_at)).where(Signature.action_id == Action.id)
    has_data = first.scalar_subquery() <= now
    closed = select(Action.id).where(Action.retain_from <= before, has_data).order_by(Action.id)
    action_id = db.session.scalar(closed.limit(1))
    db.session.commit()
    return action_id


def months_before(moment: datetime, months: int) -> datetime:
    """The same day and time some months earlier, or the last day of a shorter month."""
    month = moment.year * 12 + moment.month - 1 - months
    for day in range(moment.day, 0, -1):
        try:
            return moment.replace(year=month // 12, month=month % 12 + 1, day=day)
        except ValueError:
            continue
    raise ValueError(f"There is no month {months} months before {moment:%Y-%m}.")


def months_after(moment: datetime, months: int) -> datetime:
    """The same day and time some months later, or the last day of a shorter month."""
    return months_before(moment, -months)
