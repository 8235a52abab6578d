"""When a page opened, closed and left the site, as its revisions say. Older ones say less."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Literal

from sqlalchemy import or_, select

from campaign_actions.campaigns.models import Revision
from campaign_actions.campaigns.versioning.history import Opening, RevisionOverview
from campaign_actions.core.db.session import db
from campaign_actions.core.db.stored_json import JsonMember
from campaign_actions.staff.queries import member_names

EventName = Literal["opened", "closed", "unpublished"]


@dataclass(frozen=True)
class PageEvent:
    """`staff_id`: of who decided it; None if that is not known."""

    at: datetime
    name: EventName
    staff_id: int | None = None


@dataclass(frozen=True)
class HistoryRow:
    """A revision with what happened when it was saved, or an event at another time (`revision` is None).

    `by`: who decided the event; empty: not known.
    """

    at: datetime
    by: str
    revision: RevisionOverview | None = None
    events: Sequence[EventName] = field(default=())


def public_events(subject: str, subject_id: int, opening: Opening | None) -> list[PageEvent]:
    """When the page opened and left the site. `opening`: the last one, if it is public."""
    times = Revision.public_from, Revision.public_until
    known = select(*times, Revision.publisher_id).where(
        Revision.subject == subject,
        Revision.subject_id == subject_id,
        or_(*(time.is_not(None) for time in times)),
    )
    rows = db.session.execute(known).all()
    begun = {row.public_from: row.publisher_id for row in rows if row.public_from}
    ended = {row.public_until for row in rows if row.public_until}
    found = [PageEvent(at, "opened", by) for at, by in begun.items() if at not in ended]
    found += [PageEvent(at, "unpublished") for at in ended if at not in begun]
    if opening and opening.at not in begun:
        found.append(PageEvent(opening.at, "opened", opening.staff_id))
    return found


def closings(action_id: int, *, since: datetime, now: datetime) -> list[PageEvent]:
    """When an action closed after it had opened: at once, or at a time that nobody changed before then."""
    ends = JsonMember(Revision.content, "closes_at").label("closes_at")
    saves = (
        select(Revision.saved_at, Revision.staff_id, ends)
        .where(Revision.subject == "action", Revision.subject_id == action_id)
        .order_by(Revision.number)
    )
    rows = [
        (row.saved_at, row.staff_id, _moment(row.closes_at)) for row in db.session.execute(saves)
    ]
    found: dict[datetime, PageEvent] = {}
    author, before = None, None
    for (saved_at, staff_id, end), (next_save, *_rest) in pairwise([*rows, (now, None, None)]):
        author, before = (author, before) if end == before else (staff_id, end)
        if end and since <= end and saved_at <= end <= next_save:
            found.setdefault(end, PageEvent(end, "closed", author))
    return list(found.values())


def history_rows(
    revisions: Sequence[RevisionOverview], events: Iterable[PageEvent], *, before: datetime | None
) -> list[HistoryRow]:
    """The revisions of one page of a history with the events of that time, the newest first.

    `before`: when the next newer revision was saved, if there is one; earlier events are on this page. Those
    older than the oldest revision here are on the next one, unless there is none.
    """
    if not revisions:
        return []
    after = revisions[-1].saved_at if revisions[-1].number > 1 else None
    here = [one for one in events if _is_between(one.at, after, before)]
    saved = {one.saved_at for one in revisions}
    names = member_names(one.staff_id for one in here if one.at not in saved)
    rows = [
        HistoryRow(one.at, names.get(one.staff_id or 0, ""), events=(one.name,))
        for one in here
        if one.at not in saved
    ]
    rows += [
        HistoryRow(
            one.saved_at,
            one.author,
            one,
            tuple(event.name for event in here if event.at == one.saved_at),
        )
        for one in revisions
    ]
    return sorted(rows, key=_place, reverse=True)


def _place(row: HistoryRow) -> tuple[datetime, int]:
    return row.at, row.revision.number if row.revision else 0


def _is_between(at: datetime, after: datetime | None, before: datetime | None) -> bool:
    return (after is None or at >= after) and (before is None or at < before)


def saved_at(subject: str, subject_id: int, number: int) -> datetime | None:
    """When a revision was saved; None if there is none with this number."""
    this = {"subject": subject, "subject_id": subject_id, "number": number}
    return db.session.scalar(select(Revision.saved_at).filter_by(**this))


def _moment(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
