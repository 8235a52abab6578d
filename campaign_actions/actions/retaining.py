"""What is kept when an action is over: the count, and nothing of the people."""

from datetime import datetime

from sqlalchemy import select, update

from campaign_actions.actions.models import Action, Signature
from campaign_actions.actions.withdrawing import ERASED
from campaign_actions.core.database import writing

BATCH = 500  # signatures a transaction erases


def forget_closed(now: datetime, *, keep_months: int) -> int:
    """Erase personal data of actions that closed `keep_months` ago; how many signatures it was.

    Unlike an erasure at a person's wish it leaves the count as it is: they did sign.
    """
    with writing() as connection:
        action_id = connection.scalar(
            select(Action.id)
            .where(
                Action.closes_at <= months_before(now, keep_months), Action.forgotten_at.is_(None)
            )
            .order_by(Action.closes_at)
            .limit(1)
        )
        if action_id is None:
            return 0
        kept = select(Signature.id).where(
            Signature.action_id == action_id, Signature.email_key.is_not(None)
        )
        ids = connection.scalars(kept.limit(BATCH).with_for_update(skip_locked=True)).all()
        if ids:
            erased = update(Signature).where(Signature.id.in_(ids))
            connection.execute(erased.values(**ERASED, updated_at=now))
        elif connection.scalar(kept.limit(1)) is None:
            done = update(Action).where(Action.id == action_id)
            connection.execute(done.values(forgotten_at=now))
    return len(ids)


def months_before(moment: datetime, months: int) -> datetime:
    """The same day and hour so many months earlier; the last day of a month that is shorter."""
    month = moment.year * 12 + moment.month - 1 - months
    for day in range(moment.day, 0, -1):
        try:
            return moment.replace(year=month // 12, month=month % 12 + 1, day=day)
        except ValueError:
            continue
    raise ValueError(f"There is no month {months} months before {moment:%Y-%m}.")
