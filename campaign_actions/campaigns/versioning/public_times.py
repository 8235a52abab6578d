"""Which revision the public sees, and when it saw others. Revisions older than these times lack them."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Update, and_, delete, func, or_, select, update
from sqlalchemy.orm import aliased

from campaign_actions.campaigns.models import Revision, ScheduledDraft
from campaign_actions.campaigns.versioning.versioned import (
    Versioned,
    ensure_first_revision,
    public_number,
)
from campaign_actions.core.db.session import db
from campaign_actions.core.db.stored_json import JsonMember


class Published(NamedTuple):
    """The public saw a new revision of a campaign or an action."""

    subject: str
    subject_id: int
    at: datetime


def changes_published(
    campaign_ids: Collection[int],
    action_ids: Collection[int],
    *,
    since: datetime,
    until: datetime,
) -> list[Published]:
    """Revisions that replaced public ones in a period, in this order; without those that set an end."""
    subjects = {"campaign": campaign_ids, "action": action_ids}
    its = (
        (Revision.subject == name) & Revision.subject_id.in_(ids) for name, ids in subjects.items()
    )
    former = aliased(Revision)
    is_replaced = and_(
        former.subject == Revision.subject,
        former.subject_id == Revision.subject_id,
        former.public_until == Revision.public_from,
    )
    end_before = JsonMember(former.content, "closes_at").label("end_before")
    end = JsonMember(Revision.content, "closes_at").label("end")
    rows = db.session.execute(
        select(Revision.subject, Revision.subject_id, Revision.public_from, end_before, end)
        .join(former, is_replaced)
        .where(or_(*its), Revision.public_from.between(since, until))
        .order_by(Revision.public_from, Revision.subject.desc(), Revision.subject_id)
    )
    return [
        Published(row.subject, row.subject_id, row.public_from)
        for row in rows
        if row.public_from and row.end_before == row.end
    ]


def begin_public(
    connection: Connection,
    subject: Versioned,
    subject_id: int,
    number: int,
    *,
    before: int,
    staff_id: int | None,
    now: datetime,
) -> None:
    """The public sees a revision in place of the one before. `staff_id`: who published it."""
    _end(connection, _revision(subject, subject_id, before), now)
    this = _revision(subject, subject_id, number)
    connection.execute(this.values(public_from=now, publisher_id=staff_id))


def end_public(
    connection: Connection,
    subject: Versioned,
    subject_id: int,
    now: datetime,
    *,
    opened_at: datetime,
    by: int | None,
) -> None:
    """The page leaves the site. Call it before its draft is written.

    `opened_at`, `by`: when it opened, and who decided that. Its own row no longer says so afterwards.
    """
    number = public_number(connection, subject, subject_id)
    ensure_first_revision(connection, subject, subject_id, number, now)
    _end(connection, _revision(subject, subject_id, number), now)
    of_subject = {"subject": subject.name, "subject_id": subject_id}
    saved = select(func.max(Revision.number)).filter_by(**of_subject)
    first = connection.scalar(saved.where(Revision.saved_at <= opened_at)) or 0
    opened = _revision(subject, subject_id, first).where(Revision.public_from.is_(None))
    connection.execute(opened.values(public_from=opened_at, publisher_id=by))


class LastPublic(NamedTuple):
    """A content that the public no longer sees."""

    content: dict[str, Any]
    until: datetime


def contents_once_public(
    connection: Connection, subject: Versioned, subject_id: int
) -> Iterator[LastPublic]:
    """The contents that the public saw of a page and sees no longer, newest first."""
    ended = select(Revision.content, Revision.public_until).where(
        Revision.subject == subject.name,
        Revision.subject_id == subject_id,
        Revision.public_until.is_not(None),
    )
    in_order = ended.order_by(Revision.public_until.desc(), Revision.number.desc())
    for row in connection.execute(in_order):
        yield LastPublic(*row)


def mark_newest(
    connection: Connection, subject: Versioned, subject_id: int, number: int, *, is_draft: bool
) -> None:
    """Remember after which revision the draft begins, unless that is known already; or that there is none.

    Then nothing is left to be published at a time.
    """
    columns = subject.table.__table__.c
    this = update(subject.table).where(columns.id == subject_id)
    if not is_draft:
        drafts = this.where(columns.published_version.is_not(None))
        if connection.execute(drafts.values(published_version=None)).rowcount:
            over = delete(ScheduledDraft).filter_by(subject=subject.name, subject_id=subject_id)
            connection.execute(over)
    else:
        new = this.where(columns.published_version.is_(None))
        connection.execute(new.values(published_version=number))


def renumber_schedule(
    connection: Connection, subject: Versioned, subject_id: int, old: int, new: int
) -> None:
    """Publishing the new revision of a draft changes the same as the old one, so its time is kept."""
    this = update(ScheduledDraft).filter_by(subject=subject.name, subject_id=subject_id, number=old)
    connection.execute(this.values(number=new))


def _end(connection: Connection, this: Update, now: datetime) -> None:
    connection.execute(this.where(Revision.public_until.is_(None)).values(public_until=now))


def _revision(subject: Versioned, subject_id: int, number: int) -> Update:
    return update(Revision).filter_by(
        subject=subject.name, subject_id=subject_id, number=max(1, number)
    )
