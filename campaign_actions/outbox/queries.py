"""The contents of the outbox: pending and failed emails, and how late they are."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Row,
    Select,
    SQLColumnExpression,
    and_,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
    union_all,
)

from campaign_actions.core.db.session import UtcDateTime, count_at_most, db
from campaign_actions.core.ttl_cache import TtlCache
from campaign_actions.outbox.models import IS_FAILED, LANES, URGENT_LANES, Lane, OutboxMail
from campaign_actions.outbox.outcomes import KEEP_SENT, MAX_AGE

MAX_NEXT = 1000  # emails of a lane read to measure the delay: more than all workers lease
USUAL_MAIL_DELAY = timedelta(minutes=2)  # usually seconds; pages explain a longer delay
_MAIL_DELAY = TtlCache[None, timedelta]()
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)  # before any email


@dataclass(frozen=True)
class MailCounts:
    """The number of emails in each state."""

    due: int  # to be sent now, or leased
    waiting: int  # for another attempt, or held back by the daily limit
    failed: int  # permanently
    sent: int  # since a given time


def unsent_mails(*, dead_only: bool = False, limit: int) -> Sequence[OutboxMail]:
    """Failed ones first, then those that are due soonest, lane by lane."""
    found: list[OutboxMail] = []
    is_queued = OutboxMail.status == "queued"
    for is_unsent in (IS_FAILED,) if dead_only else (IS_FAILED, is_queued):
        for lane in LANES:  # one by one, in the order of the index
            mails = select(OutboxMail).where(is_unsent, OutboxMail.lane == lane)
            in_order = mails.order_by(OutboxMail.due_at, OutboxMail.id)
            found += db.session.scalars(in_order.limit(limit - len(found)))
    return found


def failed_mails(*, limit: int) -> list[Row[*tuple[Any, ...]]]:
    """The emails that failed permanently, newest first, with the columns that a list needs."""
    columns = (
        *(OutboxMail.id, OutboxMail.recipient, OutboxMail.email_key, OutboxMail.lane),
        *(OutboxMail.about, OutboxMail.queued_at, OutboxMail.due_at, OutboxMail.attempts),
        OutboxMail.last_error,
    )
    found: list[Row[*tuple[Any, ...]]] = []
    for lane in LANES:  # one by one, in the order of the index
        mails = select(*columns).where(IS_FAILED, OutboxMail.lane == lane)
        found += db.session.execute(mails.order_by(OutboxMail.due_at.desc()).limit(limit))
    return sorted(found, key=lambda mail: mail.due_at, reverse=True)[:limit]


def mails_about(email_key: str, about: int) -> Sequence[OutboxMail]:
    """The newest emails to a person about one subject."""
    theirs = select(OutboxMail).filter_by(email_key=email_key, about=about)
    return db.session.scalars(theirs.order_by(OutboxMail.queued_at.desc()).limit(20)).all()


def find_last_sent(
    connection: Connection, email_key: str, *, about: int, templates: Iterable[str], since: datetime
) -> datetime | None:
    """When the newest email of some kinds about a subject was sent to a mailbox, if after `since`."""
    sent = select(OutboxMail.sent_at).where(
        OutboxMail.email_key == email_key,
        OutboxMail.sent_at > since,
        OutboxMail.about == about,
        OutboxMail.template.in_(list(templates)),
    )
    return connection.scalar(sent.order_by(OutboxMail.sent_at.desc()).limit(1))


def count_unsent_mails() -> dict[str, int]:
    """The number of emails that are pending ("queued") and that failed permanently ("dead")."""
    counts = (
        select(OutboxMail.status, func.count().label("number"))
        .where(or_(OutboxMail.status == "queued", IS_FAILED))
        .group_by(OutboxMail.status)
    )
    found = db.session.execute(counts)
    return {"queued": 0, "dead": 0} | {row.status: row.number for row in found}


def count_failed_mails(*, limit: int) -> dict[Lane, int]:
    """How many emails failed permanently, by lane, counted up to `limit` in all."""
    failed = select(OutboxMail.lane).where(IS_FAILED).limit(limit).subquery()
    counts = select(failed.c.lane, func.count().label("number")).group_by(failed.c.lane)
    found = {row.lane: row.number for row in db.session.execute(counts)}
    return {lane: found[lane] for lane in LANES if lane in found}


def mail_delay(now: datetime) -> timedelta:
    """The delay of urgent emails: the longest that one has waited which should have been sent.

    These are emails that are due, and emails that were tried while none at all is delivered:
    nothing has been sent since their first attempt, and several mailboxes are affected. So a full
    mailbox does not count, but an unavailable mail server or one that delays everything does.
    Emails held back by the daily limit are not late. Nor are those of a mailbox with a leased
    email, which other workers leave alone until the lease ends.

    Public pages ask for this, so it reads only the next emails, however many there are.
    """
    times = {"now": now, "oldest_try": now - MAX_AGE}
    found = db.session.connection().execute(_DELAY, times).one()
    is_none_delivered = found.mailboxes > 1
    return max(
        _age(found.due_since, now),
        _age(found.tried_since, now) if is_none_delivered else timedelta(),
    )


def mail_delay_minutes(now: datetime) -> int:
    """How many minutes emails take at present, if longer than usual; else 0. Same for everyone."""
    delay = _MAIL_DELAY.get(None, lambda: mail_delay(now))
    return math.ceil(delay / timedelta(minutes=1)) if delay > USUAL_MAIL_DELAY else 0


def oldest_mail(now: datetime, *, limit: int) -> timedelta:
    """The age of the oldest urgent email that is not held back by the daily limit.

    Only the next `limit` emails of each lane are read. A retried email is as old as when it was
    queued.
    """
    mails = _next_urgent(OutboxMail.queued_at, OutboxMail.is_held, limit=limit).subquery()
    oldest = select(func.min(mails.c.queued_at)).where(~mails.c.is_held)
    return _age(db.session.connection().execute(oldest).scalar_one_or_none(), now)


def count_mails(now: datetime, *, since: datetime, limit: int) -> MailCounts:
    """The length of each queue, counted up to `limit`, and the number sent since a time."""

    def count(*conditions: ColumnElement[bool]) -> int:
        any_lane = OutboxMail.lane.in_(LANES)  # so that the index is used
        return count_at_most(select(OutboxMail.id).where(any_lane, *conditions), limit)

    is_queued, is_sent = OutboxMail.status == "queued", OutboxMail.status == "sent"

    return MailCounts(
        due=count(is_queued, OutboxMail.due_at <= now),
        waiting=count(is_queued, OutboxMail.due_at > now),
        failed=count(IS_FAILED),
        # By `due_at`, so that the index is used.
        sent=count(is_sent, OutboxMail.due_at > since + KEEP_SENT, ~OutboxMail.is_part),
    )


def _age(moment: datetime | None, now: datetime) -> timedelta:
    """Zero if the moment lies ahead because the clock was set back."""
    return max(now - moment, timedelta()) if moment else timedelta()


def _next_urgent(
    *columns: SQLColumnExpression[Any], limit: int
) -> CompoundSelect[*tuple[Any, ...]]:
    """The next emails of each urgent lane, in the order of the index."""
    lanes = (
        select(*columns)
        .where(OutboxMail.status == "queued", OutboxMail.lane == lane)
        .order_by(OutboxMail.due_at)
        .limit(limit)
        .subquery()
        for lane in URGENT_LANES
    )
    return union_all(*(select(lane) for lane in lanes))


def _last_sent(lane: str) -> Select[datetime | None]:
    """When the newest email of a lane was sent. It is also the last to be deleted: see the index."""
    sent = OutboxMail.status == "sent", OutboxMail.lane == lane
    newest = select(OutboxMail.sent_at).where(*sent).order_by(OutboxMail.due_at.desc())
    return select(newest.limit(1).subquery().c.sent_at)


_next = _next_urgent(
    OutboxMail.email_key,
    OutboxMail.queued_at,
    OutboxMail.due_at,
    OutboxMail.is_held,
    OutboxMail.leased_until,
    OutboxMail.first_tried_at,
    limit=MAX_NEXT,
).cte("next")
_leased = select(_next.c.email_key).where(_next.c.leased_until.is_not(None))
_sent = union_all(*map(_last_sent, LANES)).subquery()
LAST_SENT_AT = select(func.max(_sent.c.sent_at))  # the newest of all lanes
_is_due = and_(_next.c.due_at <= bindparam("now"), _next.c.email_key.not_in(_leased))
_is_tried_while_none_is_delivered = and_(
    _next.c.first_tried_at
    > func.coalesce(LAST_SENT_AT.scalar_subquery(), literal(LONG_AGO, UtcDateTime)),
    ~_next.c.is_held,
    _next.c.queued_at > bindparam("oldest_try"),  # older ones had failed and were retried
)
_DELAY = select(
    func.min(case((_is_due, _next.c.due_at))).label("due_since"),
    func.min(case((_is_tried_while_none_is_delivered, _next.c.queued_at))).label("tried_since"),
    func.count(case((_is_tried_while_none_is_delivered, _next.c.email_key)).distinct()).label(
        "mailboxes"
    ),
)
