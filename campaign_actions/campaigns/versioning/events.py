"""When a page opened, closed and left the site, and what was decided about it. Older pages say less."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import pairwise
from typing import Literal

from sqlalchemy import or_, select

from campaign_actions.campaigns.models import DecisionKind, PageDecision, Revision
from campaign_actions.campaigns.versioning.revision_overview import Opening, RevisionOverview
from campaign_actions.campaigns.versioning.row_changes import ARCHIVED, moment_in, texts_changed
from campaign_actions.core.db.session import db
from campaign_actions.core.db.stored_json import JsonMember
from campaign_actions.staff.queries import member_names

EventName = (
    Literal["opened", "closed", "published", "unpublished", "switched-off", "switched-on"]
    | DecisionKind
)
FAILED = "failed-"  # and why a time passed without publishing, in the kinds of decisions


@dataclass(frozen=True)
class PageEvent:
    """`staff_id`: of who decided it; None if that is not known. `due_at`: the time set, cancelled or missed.

    `number`: of the revision that was published, and `former`: of the one that it replaced, or that was
    public before the page left the site.
    """

    at: datetime
    name: EventName
    staff_id: int | None = None
    due_at: datetime | None = None
    number: int = 0
    former: int = 0

    @property
    def failure(self) -> str:
        """Why nothing became public at its time, as schedules name it; empty: that is not what happened."""
        if self.name == "opening-stopped":
            return "checks"
        return self.name.removeprefix(FAILED) if self.name.startswith(FAILED) else ""


@dataclass(frozen=True)
class OpenTime:
    """A time at which people could take part in an action; `until`: None if it has not closed since.

    `opened_by`, `closed_by`: the members who decided to reopen and to close it; None if that is not known.
    """

    since: datetime
    until: datetime | None = None
    opened_by: int | None = None
    closed_by: int | None = None

    @property
    def closing(self) -> PageEvent | None:
        return PageEvent(self.until, "closed", self.closed_by) if self.until else None

    def has(self, moment: datetime) -> bool:
        return self.since <= moment and (self.until is None or moment < self.until)


@dataclass(frozen=True)
class HistoryRow:
    """A revision with what happened when it was saved, or an event at another time (`revision` is None).

    `by`: who decided the event; empty: not known.
    """

    at: datetime
    by: str
    revision: RevisionOverview | None = None
    events: Sequence[PageEvent] = field(default=())


def public_events(
    subject: str, subject_id: int, opening: Opening | None, published: int | None
) -> list[PageEvent]:
    """When the page opened, showed a draft and left the site.

    `opening`: the last one, and `published` the number of the revision that is public now, if there is one.
    """
    times = Revision.public_from, Revision.public_until
    known = select(*times, Revision.publisher_id, Revision.number, Revision.saved_at).where(
        Revision.subject == subject,
        Revision.subject_id == subject_id,
        or_(*(time.is_not(None) for time in times)),
    )
    rows = db.session.execute(known).all()
    begun = {row.public_from: row.publisher_id for row in rows if row.public_from}
    ended: dict[datetime, int] = {row.public_until: row.number for row in rows if row.public_until}
    found = [
        _opened(Opening(row.public_from, row.publisher_id), row.number, ended)
        for row in rows
        if row.public_from and row.public_from not in ended
    ]
    found += [PageEvent(at, "unpublished") for at in ended if at not in begun]
    found += [
        PageEvent(at, "published", row.publisher_id, number=row.number, former=ended[at])
        for row in rows
        if (at := row.public_from) in ended and at != row.saved_at
    ]
    if opening and opening.at not in begun:
        replaced_at = min((at for at in ended if at > opening.at), default=None)
        number = ended[replaced_at] if replaced_at else published
        found.append(_opened(opening, number, ended))
    return found


def _opened(opening: Opening, number: int | None, ended: Mapping[datetime, int]) -> PageEvent:
    """With the revision that was public before the page left the site, if it was another one."""
    event = PageEvent(opening.at, "opened", opening.staff_id)
    last = max((at for at in ended if at <= opening.at), default=None)
    if last is None or not number or ended[last] == number:
        return event
    return replace(event, number=number, former=ended[last])


def published_changes(
    subject: str, subject_id: int, rows: Iterable[HistoryRow]
) -> dict[int, RevisionOverview]:
    """All public changes by the publications among these rows, by the number of their revision."""
    found = {one.number: one.former for row in rows for one in row.events if one.number}
    saved = select(Revision).filter_by(subject=subject, subject_id=subject_id)
    both = saved.where(Revision.number.in_({*found, *found.values()}))
    by_number = {one.number: one for one in db.session.scalars(both)} if found else {}
    return {
        number: RevisionOverview(
            number,
            by_number[number].saved_at,
            "",
            fields=texts_changed(by_number[former], by_number[number]),
            public_from=by_number[number].public_from,
            former=former,
            contents=(by_number[former].content, by_number[number].content),
        )
        for number, former in found.items()
    }


def decisions(subject: str, subject_id: int) -> list[PageEvent]:
    """The decisions about a page that are in none of its revisions, the first one first."""
    made = select(PageDecision).filter_by(subject=subject, subject_id=subject_id)
    rows = db.session.scalars(made.order_by(PageDecision.id)).all()
    return [PageEvent(row.at, row.kind, row.staff_id, row.due_at) for row in rows]


def open_times(action_id: int, *, since: datetime, now: datetime) -> list[OpenTime]:
    """When an action was open from `since`, when it first opened, by the closing times of its revisions."""
    ends = JsonMember(Revision.content, "closes_at").label("closes_at")
    saves = (
        select(Revision.saved_at, Revision.staff_id, ends)
        .where(Revision.subject == "action", Revision.subject_id == action_id)
        .order_by(Revision.number)
    )
    rows = [
        (row.saved_at, row.staff_id, moment_in(row.closes_at)) for row in db.session.execute(saves)
    ]
    found: list[OpenTime] = []
    start, opener = (since if rows else None), None
    author, before = None, None
    for (saved_at, staff_id, end), (next_save, *_rest) in pairwise([*rows, (now, None, None)]):
        author, before = (author, before) if end == before else (staff_id, end)
        if start is None and (end is None or end > saved_at):
            start, opener = max(saved_at, since), staff_id
        if start is not None and end and start <= end <= next_save:
            found.append(OpenTime(start, end, opener, author))
            start = None
    return [*found, OpenTime(start, opened_by=opener)] if start is not None else found


def archive_moments(campaign_id: int) -> set[datetime]:
    """When the campaign was archived and when it left the archive."""
    archived = JsonMember(Revision.content, ARCHIVED).label("archived")
    saves = (
        select(Revision.saved_at, archived)
        .where(Revision.subject == "campaign", Revision.subject_id == campaign_id)
        .order_by(Revision.number)
    )
    rows = db.session.execute(saves).all()
    return {
        row.saved_at
        for former, row in pairwise(rows)
        if bool(former.archived) != bool(row.archived)
    }


def history_rows(
    revisions: Sequence[RevisionOverview], events: Iterable[PageEvent], *, before: datetime | None
) -> list[HistoryRow]:
    """The revisions of one page of a history with the events of that time, the newest first.

    `before`: when the next newer revision was saved, if there is one; earlier events are on this page. Those
    older than the oldest revision here are on the next one, unless there is none. Revisions that repeat what
    another one says are left out.
    """
    after = revisions[-1].saved_at if revisions and revisions[-1].number > 1 else None
    here = [one for one in events if _is_between(one.at, after, before)]
    saved = _first_saves(revisions)
    names = member_names(one.staff_id for one in here if one.at not in saved)
    rows = [
        HistoryRow(one.at, names.get(one.staff_id or 0, ""), events=(one,))
        for one in here
        if one.at not in saved
    ]
    rows += [
        HistoryRow(
            one.saved_at,
            one.author,
            one,
            tuple(event for event in here if saved.get(event.at) == one.number),
        )
        for one in revisions
        if not one.is_repeated
    ]
    return sorted(rows, key=_place, reverse=True)


def _first_saves(revisions: Sequence[RevisionOverview]) -> dict[datetime, int]:
    """The first of those saved together, by time: it is what became public at once.

    But not the first of all, if it only keeps what there was before the page was ever saved.
    """
    numbers = {one.saved_at: one.number for one in revisions if one.number > 1}
    return {one.saved_at: one.number for one in revisions} | numbers


def _place(row: HistoryRow) -> tuple[datetime, int]:
    return row.at, row.revision.number if row.revision else 0


def _is_between(at: datetime, after: datetime | None, before: datetime | None) -> bool:
    return (after is None or at >= after) and (before is None or at < before)


def saved_at(subject: str, subject_id: int, number: int) -> datetime | None:
    """When a revision was saved; None if there is none with this number."""
    this = {"subject": subject, "subject_id": subject_id, "number": number}
    return db.session.scalar(select(Revision.saved_at).filter_by(**this))
