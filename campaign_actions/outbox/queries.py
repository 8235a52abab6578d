"""What is in the outbox: what waits, what failed, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, case, func, literal, select, union_all

from campaign_actions.core.db.session import UtcDateTime, count_at_most, db
from campaign_actions.outbox.models import OutboxMail
from campaign_actions.outbox.outcomes import KEEP_SENT, MAX_AGE

NEXT = 1000  # mails looked at to say how long mails wait: more than all workers have in hand
_WAITED_FOR = OutboxMail.status == "queued", OutboxMail.is_bulk.is_(False)
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)  # before any mail


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
    in_order = mails.order_by(
        OutboxMail.status, OutboxMail.is_bulk, OutboxMail.due_at, OutboxMail.id
    )
    return db.session.scalars(in_order.limit(limit)).all()


def mails_about(email_key: str, about: int) -> Sequence[OutboxMail]:
    """The mails to a person about one thing that are still known, the newest first."""
    theirs = select(OutboxMail).filter_by(email_key=email_key, about=about)
    return db.session.scalars(theirs.order_by(OutboxMail.queued_at.desc()).limit(20)).all()


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
    """How long mails take that somebody waits for: the longest that one has which should be out by now.

    That is one whose turn it is, and one that was tried while no mail at all goes out: nothing was
    sent since its first try, and other mailboxes fare the same. So a mailbox that is full says
    nothing of the rest; a mail server that is away, or puts everything off, does. What waits
    for the next day of its mailbox is not late. Nor does a mail count that a worker has or had
    when it was killed, with all others of its mailbox: workers leave that mailbox alone until the
    lease ends, and one such mail says nothing of the rest.

    Asked for public pages, so it looks at the next few mails only, however many there are.
    """
    times = {"now": now, "patient_since": now - MAX_AGE}
    found = db.session.connection().execute(_DELAY, times).one()
    does_none_go_out = found.mailboxes > 1
    return max(
        _age(found.due_since, now),
        _age(found.tried_since, now) if does_none_go_out else timedelta(),
    )


def oldest_mail(now: datetime, *, most: int) -> timedelta:
    """How long the oldest mail waits, for whatever reason but its mailbox's daily number.

    One that somebody waits for: those that go to many take the time they take. Found among the next
    `most`. One that failed and is tried again is as old as it is.
    """
    mails = select(OutboxMail.queued_at, OutboxMail.is_held).where(*_WAITED_FOR)
    some = mails.order_by(OutboxMail.due_at).limit(most).subquery()
    oldest = select(func.min(some.c.queued_at)).where(~some.c.is_held)
    return _age(db.session.connection().execute(oldest).scalar_one_or_none(), now)


def count_mails(now: datetime, *, since: datetime, most: int) -> MailCounts:
    """The length of each queue, counted up to `most`, and what was sent since a moment."""

    def count(status: str, *conditions: object) -> int:
        lanes = OutboxMail.is_bulk.in_([False, True])  # so the index serves it
        rows = select(OutboxMail.id).where(OutboxMail.status == status, lanes, *conditions)  # type: ignore[arg-type]
        return count_at_most(rows, most)

    return MailCounts(
        due=count("queued", OutboxMail.due_at <= now),
        waiting=count("queued", OutboxMail.due_at > now),
        failed=count("dead"),
        sent=count("sent", OutboxMail.due_at > since + KEEP_SENT),  # so the index serves it
    )


def _age(moment: datetime | None, now: datetime) -> timedelta:
    """Nothing for a moment to come: the clock was put back."""
    return max(now - moment, timedelta()) if moment else timedelta()


def _last_sent(is_bulk: bool) -> Any:
    """When the newest mail of a lane was sent; it is the last to be deleted, so the index serves it."""
    sent = OutboxMail.status == "sent", OutboxMail.is_bulk == is_bulk
    newest = select(OutboxMail.sent_at).where(*sent).order_by(OutboxMail.due_at.desc())
    return select(newest.limit(1).subquery().c.sent_at)


_next = (
    select(
        OutboxMail.email_key,
        OutboxMail.queued_at,
        OutboxMail.due_at,
        OutboxMail.is_held,
        OutboxMail.leased_until,
        OutboxMail.first_tried_at,
    )
    .where(*_WAITED_FOR)
    .order_by(OutboxMail.due_at)
    .limit(NEXT)
    .cte("next")
)
_in_hand = select(_next.c.email_key).where(_next.c.leased_until.is_not(None))
_sent = union_all(_last_sent(False), _last_sent(True)).subquery()
_last_sent_at = select(func.max(_sent.c.sent_at)).scalar_subquery()
_is_its_turn = and_(_next.c.due_at <= bindparam("now"), _next.c.email_key.not_in(_in_hand))
_is_tried_while_none_goes_out = and_(
    _next.c.first_tried_at > func.coalesce(_last_sent_at, literal(LONG_AGO, UtcDateTime)),
    ~_next.c.is_held,
    _next.c.queued_at > bindparam("patient_since"),  # else it had failed, and was tried anew
)
_DELAY = select(
    func.min(case((_is_its_turn, _next.c.due_at))).label("due_since"),
    func.min(case((_is_tried_while_none_goes_out, _next.c.queued_at))).label("tried_since"),
    func.count(case((_is_tried_while_none_goes_out, _next.c.email_key)).distinct()).label(
        "mailboxes"
    ),
)
