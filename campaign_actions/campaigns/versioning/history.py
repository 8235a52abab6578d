"""The revisions of a campaign or an action, and what each of them changed."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from itertools import zip_longest
from typing import Any

from sqlalchemy import Select, func, select

from campaign_actions.campaigns.models import Revision
from campaign_actions.campaigns.versioning.drafts import read_newest
from campaign_actions.campaigns.versioning.revision_overview import (
    Opening,
    PublicTimes,
    RevisionOverview,
)
from campaign_actions.campaigns.versioning.row_changes import (
    APPEARANCE,
    end_of,
    is_kept,
    new_end,
    picture_change,
    repeated_numbers,
    texts_changed,
    was_at_once,
)
from campaign_actions.campaigns.versioning.versioned import Versioned
from campaign_actions.core.db.session import db, read_snapshot
from campaign_actions.core.db.stored_json import JsonMember
from campaign_actions.staff.queries import member_names

MAX_COMPARED = 200  # revisions that one can be compared with


def revisions(
    subject: str,
    subject_id: int,
    *,
    offset: int,
    limit: int,
    published: int | None = None,
    draft: int | None = None,
    opening: Opening | None = None,
) -> list[RevisionOverview]:
    """The newest first. `published`: the one that the public sees.

    `draft`: the newest one of the draft; None: there is none. `opening`: of the page, if it is public.
    """
    these = _whole_rows(subject, subject_id)
    newer = min(offset, 3)  # they say whether a draft goes on
    page = these.order_by(Revision.number.desc()).offset(offset - newer)
    found = db.session.execute(page.limit(newer + limit + 2)).all()
    rows = found[newer:]  # the last two are only compared with
    pairs = list(zip_longest(rows, rows[1:]))[:limit]
    repeated = repeated_numbers(found)
    replaced = _replaced(these, pairs)
    people = {row.staff_id for row in rows} | {row.publisher_id for row in rows}
    names = member_names(people | ({opening.staff_id} if opening else set()))
    return [
        _overview(
            row,
            replaced.get(row.public_from, before),
            names,
            published=published,
            opening=opening,
            is_draft=row.number == draft,
            is_kept=is_kept(before, row),
            repeated=repeated,
        )
        for row, before in pairs
    ]


def _whole_rows(subject: str, subject_id: int) -> Select[Any]:
    appearance = [JsonMember(Revision.content, name).label(name) for name in APPEARANCE]
    facts = (Revision.number, Revision.saved_at, Revision.staff_id, Revision.content)
    events = Revision.origin, Revision.restored_number, Revision.same_as_number
    public = Revision.public_from, Revision.public_until, Revision.publisher_id
    of_subject = Revision.subject == subject, Revision.subject_id == subject_id
    return select(*facts, *events, *public, *appearance).where(*of_subject)


def _replaced(these: Select[Any], pairs: Sequence[tuple[Any, Any]]) -> Mapping[datetime, Any]:
    """Revisions that changes replaced at once, beside a draft, by that time.

    The revision before such a change is the draft, and the public never saw what differs from that.
    """
    times = [
        row.public_from
        for row, before in pairs
        if before and was_at_once(row) and before.public_until != row.public_from
    ]
    if not times:
        return {}
    rows = db.session.execute(these.where(Revision.public_until.in_(times)))
    return {row.public_until: row for row in rows}


def number_before(subject: str, subject_id: int, number: int) -> int:
    """The revision that a list of them compares this one with; 0: none."""
    these, both = _whole_rows(subject, subject_id), (number, number - 1)
    found = these.where(Revision.number.in_(both)).order_by(Revision.number.desc())
    row, before, *_rest = *db.session.execute(found).all(), None, None
    if row is None or before is None:
        return 0
    former: int = _replaced(these, [(row, before)]).get(row.public_from, before).number
    return former


def _overview(
    row: Any,
    before: Any,
    names: Mapping[int, str],
    *,
    published: int | None,
    opening: Opening | None,
    is_draft: bool,
    is_kept: bool,
    repeated: Collection[int],
) -> RevisionOverview:
    """`before`: the one to compare it with, or None. `names`: of the authors and publishers."""
    return RevisionOverview(
        number=row.number,
        saved_at=row.saved_at,
        author=names.get(row.staff_id or 0, ""),
        fields=texts_changed(before, row),
        picture=picture_change(before, row),
        accent=row.accent if before and before.accent not in (None, row.accent) else None,
        end=end_of(before, row),
        new_end=new_end(before, row),
        is_draft=is_draft,
        is_public=row.number == published,
        restored=row.restored_number,
        is_discard=row.origin == "discarded",
        is_kept=is_kept,
        is_repeated=row.number in repeated,
        repeated_number=next((one for one in repeated if one == row.number + 1), None),
        is_same=row.same_as_number is not None,
        former=before.number if before else 0,
        contents=tuple(one.content for one in (before, row) if one),
        **_public_times(row, row.number == published, opening, names),
    )


def count_revisions(subject: str, subject_id: int) -> int:
    of_subject = Revision.subject == subject, Revision.subject_id == subject_id
    return db.session.scalar(select(func.count()).where(*of_subject)) or 0


def saves(subject: str, subject_id: int, *, without: int) -> list[RevisionOverview]:
    """The newest revisions to compare one with, the newest first: only when and by whom they were saved."""
    columns = Revision.number, Revision.saved_at, Revision.staff_id
    of_subject = Revision.subject == subject, Revision.subject_id == subject_id
    newest = select(*columns).where(*of_subject, Revision.number != without)
    rows = db.session.execute(newest.order_by(Revision.number.desc()).limit(MAX_COMPARED)).all()
    names = member_names(row.staff_id for row in rows)
    return [
        RevisionOverview(row.number, row.saved_at, names.get(row.staff_id or 0, "")) for row in rows
    ]


def find_revision(subject: str, subject_id: int, number: int) -> dict[str, Any] | None:
    """The content of a revision."""
    return db.session.scalar(
        select(Revision.content).filter_by(subject=subject, subject_id=subject_id, number=number)
    )


def find_content(subject: Versioned, subject_id: int) -> tuple[dict[str, Any], int]:
    """The newest content, public or a draft, and the number of its revision (0: none yet)."""
    with read_snapshot() as connection:
        columns = subject.table.__table__.c
        number = connection.scalar(select(columns.version).where(columns.id == subject_id)) or 0
        return read_newest(connection, subject, subject_id), number


def author_of(subject: str, subject_id: int, number: int) -> tuple[int | None, str]:
    """The id and the name of who saved a revision; None and empty if unknown."""
    saved = select(Revision.staff_id).filter_by(
        subject=subject, subject_id=subject_id, number=number
    )
    staff_id = db.session.scalar(saved)
    return staff_id, next(iter(member_names([staff_id]).values()), "")


def _public_times(
    row: Any, is_public: bool, opening: Opening | None, names: Mapping[int, str]
) -> PublicTimes:
    """Opening a page at its time stores nothing with its revision, so it counts from there.

    So does the first revision of a page that was never saved before, though it is saved later.
    """
    start, end, by = row.public_from, None if is_public else row.public_until, row.publisher_id
    if (
        opening
        and (row.saved_at <= opening.at or row.number == 1)
        and (is_public or (end and end >= opening.at))
        and not (start and start > opening.at)
    ):
        start, by = opening.at, opening.staff_id
    publisher = names.get(by or 0, "") if start else ""
    return {"public_from": start, "public_until": end, "publisher": publisher}
