"""What is in the outbox: what waits, what failed, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, select

from campaign_actions.core.database import count_at_most, db
from campaign_actions.outbox.models import OutboxMail
from campaign_actions.outbox.settling import KEEP_SENT

NEXT = 1000  # mails looked at to say how long mails wait: more than all workers have in hand


@dataclass(frozen=True)
class MailCounts:
    """How many mails are in which state."""

    due: int  # to be sent now, or in a worker's hands
    waiting: int  # for their next try, or for the mailbox's next day
    failed: int  # for good
    sent: int  # since a moment


def unsent_mails(*, dead_only: bool = False, limit: int) -> Sequence[OutboxMail]:
    """Failed ones first, then those whose turn comes soonest."""
    statuses = ["dead"] if dead_only else ["dead", "queued"]
    mails = select(OutboxMail).where(OutboxMail.status.in_(statuses))
    in_order = mails.order_by(OutboxMail.status, OutboxMail.due_at, OutboxMail.id)
    return db.session.scalars(in_order.limit(limit)).all()


def count_unsent_mails() -> dict[str, int]:
    """How many mails wait ("queued") and how many failed for good ("dead")."""
    counts = (
        select(OutboxMail.status, func.count().label("number"))
        .where(OutboxMail.status.in_(["queued", "dead"]))
        .group_by(OutboxMail.status)
    )
    found = db.session.execute(counts)
    return {"queued": 0, "dead": 0} | {row.status: row.number for row in found}


def mail_delay(now: datetime) -> timedelta:
    """How long the mail whose turn it is has waited: about what one that is queued now will wait.

    Asked for public pages, so it looks at the next few mails only, however many there are.
    What waits for its next try or for the next day of its mailbox is not late. Nor does a mail
    count that a worker has or had when it was killed, with all others of its mailbox: workers
    leave that mailbox alone until the lease ends, and one such mail says nothing of the rest.
    """
    oldest = db.session.connection().execute(_DELAY, {"now": now}).scalar_one_or_none()
    return now - oldest if oldest else timedelta()


def count_mails(now: datetime, *, since: datetime, most: int) -> MailCounts:
    """The length of each queue, counted up to `most`, and what was sent since a moment."""

    def count(status: str, *conditions: object) -> int:
        rows = select(OutboxMail.id).where(OutboxMail.status == status, *conditions)  # type: ignore[arg-type]
        return count_at_most(rows, most)

    return MailCounts(
        due=count("queued", OutboxMail.due_at <= now),
        waiting=count("queued", OutboxMail.due_at > now),
        failed=count("dead"),
        sent=count("sent", OutboxMail.due_at > since + KEEP_SENT),  # so the index serves it
    )


_next = (
    select(OutboxMail.email_key, OutboxMail.due_at, OutboxMail.leased_until)
    .where(OutboxMail.status == "queued", OutboxMail.due_at <= bindparam("now"))
    .order_by(OutboxMail.due_at)
    .limit(NEXT)
    .cte("next")
)
_in_hand = select(_next.c.email_key).where(_next.c.leased_until.is_not(None))
_DELAY = select(func.min(_next.c.due_at)).where(_next.c.email_key.not_in(_in_hand))
