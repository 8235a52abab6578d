"""What is kept when an action is over: the count, and nothing of the people."""

from datetime import datetime

from sqlalchemy import select

from campaign_actions.actions.models import Action, Signature
from campaign_actions.actions.tallying import enter_forgotten
from campaign_actions.actions.withdrawing import erase_rows
from campaign_actions.core.database import is_any, writing

BATCH = 500  # signatures a transaction erases


def forget_closed(now: datetime, *, keep_months: int) -> int:
    """Erase personal data of actions that closed `keep_months` ago; how many signatures it was.

    Unlike an erasure at a person's wish it leaves the count as it is: they did sign.
    """
    # A row that was erased has no time any more: the index holds just those that are left.
    people = (
        select(Signature.__table__)
        .join(Action, Action.id == Signature.action_id)
        .where(Action.closes_at <= months_before(now, keep_months), Signature.signed_at <= now)
        .limit(BATCH)
    )
    if not is_any(people):
        return 0
    with writing() as connection:
        held = people.with_for_update(skip_locked=True, of=Signature)
        rows = connection.execute(held).all()
        enter_forgotten(connection, [row for row in rows if row.status == "confirmed"], now)
        erase_rows(connection, rows, now=now)
    return len(rows)


def months_before(moment: datetime, months: int) -> datetime:
    """The same day and hour so many months earlier; the last day of a month that is shorter."""
    month = moment.year * 12 + moment.month - 1 - months
    for day in range(moment.day, 0, -1):
        try:
            return moment.replace(year=month // 12, month=month % 12 + 1, day=day)
        except ValueError:
            continue
    raise ValueError(f"There is no month {months} months before {moment:%Y-%m}.")
