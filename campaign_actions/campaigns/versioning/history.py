"""The revisions of a campaign or an action, and what each of them changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import zip_longest
from typing import Any, TypedDict

from sqlalchemy import func, select

from campaign_actions.campaigns.models import Revision
from campaign_actions.campaigns.versioning.differences import changed_fields
from campaign_actions.campaigns.versioning.drafts import read_newest
from campaign_actions.campaigns.versioning.three_way_merge import Content
from campaign_actions.campaigns.versioning.versioned import Versioned
from campaign_actions.core.db.session import db, read_snapshot
from campaign_actions.core.db.stored_json import JsonMember
from campaign_actions.core.theme import ACCENTS
from campaign_actions.staff.queries import member_names

AT_ONCE = (
    "closes_at",
    "is_public",
)  # the ends of fields that never wait for a draft to be published
APPEARANCE = ("accent", "picture", "focus")  # of a campaign; older revisions have none of them
MAX_COMPARED = 200  # revisions that one can be compared with
ARCHIVED = "archived_at"  # of a campaign, while it is archived


class PublicTimes(TypedDict):
    public_from: datetime | None
    public_until: datetime | None
    publisher: str


@dataclass(frozen=True)
class Opening:
    """Since when a page is public, and who published it: a member’s id, or None if that is not known."""

    at: datetime
    staff_id: int | None


@dataclass(frozen=True)
class RevisionOverview:
    """A revision, and what it changed.

    `fields`: the names of the fields, without those of the appearance. `picture`: added, replaced,
    removed or focused. `accent`: its key, if the revision changed it. `end`: archived or reopened.
    `is_public`: whether it is the one that the public sees; later ones are a draft. `restored`: the
    revision whose content it has. `is_discard`: a draft was discarded for it. `public_from` and
    `public_until`: when the public saw it, as far as that is known. `publisher`: who published it then;
    empty: not known. `contents`: of the revision before it, if there is one, and its own.
    """

    number: int
    saved_at: datetime
    author: str  # empty: no longer known, or a command
    fields: tuple[str, ...] = ()  # empty in the first revision
    picture: str | None = None
    accent: str | None = None
    end: str | None = None
    is_draft: bool = False  # newer than what the public sees
    is_public: bool = False
    restored: int | None = None
    is_discard: bool = False
    public_from: datetime | None = None
    public_until: datetime | None = None
    publisher: str = ""
    contents: tuple[Content, ...] = field(default=(), repr=False)

    @property
    def accent_name(self) -> str:
        """In the language of the page; empty where the revision did not change the accent."""
        return str(ACCENTS.get(self.accent or "", self.accent or ""))


def revisions(
    subject: str,
    subject_id: int,
    *,
    offset: int,
    limit: int,
    published: int | None = None,
    opening: Opening | None = None,
) -> list[RevisionOverview]:
    """The newest first. `published`: the one that the public sees; later ones are a draft.

    `opening`: of the page, if it is public.
    """
    appearance = [JsonMember(Revision.content, name).label(name) for name in APPEARANCE]
    facts = (Revision.number, Revision.saved_at, Revision.staff_id, Revision.content)
    events = Revision.origin, Revision.restored_number
    public = Revision.public_from, Revision.public_until, Revision.publisher_id
    page = (
        select(*facts, *events, *public, *appearance)
        .where(Revision.subject == subject, Revision.subject_id == subject_id)
        .order_by(Revision.number.desc())
        .offset(offset)
        .limit(limit + 1)  # the last one only says what there was before
    )
    rows = db.session.execute(page).all()
    people = {row.staff_id for row in rows} | {row.publisher_id for row in rows}
    names = member_names(people | ({opening.staff_id} if opening else set()))
    found = [
        _overview(row, before, names, published=published, opening=opening)
        for row, before in zip_longest(rows, rows[1:])
    ]
    return found[:limit]


def _overview(
    row: Any,
    before: Any,
    names: Mapping[int, str],
    *,
    published: int | None,
    opening: Opening | None,
) -> RevisionOverview:
    """`before`: the revision before it, or None. `names`: of the authors and publishers."""
    fields, end = _texts_changed(before, row), _end(before, row)
    is_newer = published is not None and row.number > published
    return RevisionOverview(
        number=row.number,
        saved_at=row.saved_at,
        author=names.get(row.staff_id or 0, ""),
        fields=fields,
        picture=_picture_change(before, row),
        accent=row.accent if before and before.accent not in (None, row.accent) else None,
        end=end,
        is_draft=is_newer and not (end or _was_at_once(fields)),
        is_public=row.number == published,
        restored=row.restored_number,
        is_discard=row.origin == "discarded",
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
    """Opening a page at its time stores nothing with its revision, so it counts from there."""
    start, end, by = row.public_from, None if is_public else row.public_until, row.publisher_id
    if (
        opening
        and row.saved_at <= opening.at
        and (is_public or (end and end >= opening.at))
        and not (start and start > opening.at)
    ):
        start, by = opening.at, opening.staff_id
    publisher = names.get(by or 0, "") if start else ""
    return {"public_from": start, "public_until": end, "publisher": publisher}


def _texts_changed(before: Any, after: Any) -> tuple[str, ...]:
    """The fields that differ from one revision to the next, but for those of the appearance."""
    if before is None:
        return ()
    names = changed_fields(before.content, after.content)
    return tuple(name for name in names if name not in (*APPEARANCE, ARCHIVED))


def _end(before: Any, after: Any) -> str | None:
    if before is None or before.content.get(ARCHIVED) == after.content.get(ARCHIVED):
        return None
    return "archived" if after.content.get(ARCHIVED) else "reopened"


def _was_at_once(fields: tuple[str, ...]) -> bool:
    return bool(fields) and all(name.rpartition(".")[2] in AT_ONCE for name in fields)


def _picture_change(before: Any, after: Any) -> str | None:
    """From one revision to the next; None also where the one before does not say how it looked."""
    if before is None or None in (before.picture, after.picture):
        return None
    if before.picture == after.picture:
        return "focused" if before.focus != after.focus else None
    if not before.picture:
        return "added"
    return "replaced" if after.picture else "removed"
