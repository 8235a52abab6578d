"""The revisions of a campaign or an action, and the differences between two of them."""

import difflib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from typing import Any

from sqlalchemy import func, select

from campaign_actions.campaigns.models import Revision
from campaign_actions.campaigns.versioning.three_way_merge import Content
from campaign_actions.campaigns.versioning.versioned import Versioned
from campaign_actions.core.db.session import db, read_snapshot
from campaign_actions.core.db.stored_json import JsonMember
from campaign_actions.core.theme import ACCENTS
from campaign_actions.staff.queries import member_names

APPEARANCE = ("accent", "picture", "focus")  # of a campaign; older revisions have none of them
WORD = re.compile(r"\s+|[^\s]+")
MAX_DIFF_WORDS = 4000  # longer passages are compared as a whole


@dataclass(frozen=True)
class RevisionOverview:
    """A revision, and how it changed the appearance of a campaign, if it did.

    `picture`: added, replaced, removed or focused. `accent`: its key, if the revision changed it.
    """

    number: int
    saved_at: datetime
    author: str  # empty: no longer known, or a command
    picture: str | None = None
    accent: str | None = None

    @property
    def accent_name(self) -> str:
        """In the language of the page; empty where the revision did not change the accent."""
        return str(ACCENTS.get(self.accent or "", self.accent or ""))


@dataclass(frozen=True)
class Difference:
    """A field that differs, as pieces: `same`, `gone` or `new`, and the text."""

    name: str
    pieces: tuple[tuple[str, str], ...]


def revisions(subject: str, subject_id: int, *, offset: int, limit: int) -> list[RevisionOverview]:
    """The newest first."""
    appearance = [JsonMember(Revision.content, name).label(name) for name in APPEARANCE]
    page = (
        select(Revision.number, Revision.saved_at, Revision.staff_id, *appearance)
        .where(Revision.subject == subject, Revision.subject_id == subject_id)
        .order_by(Revision.number.desc())
        .offset(offset)
        .limit(limit + 1)  # the last one only says what there was before
    )
    rows = db.session.execute(page).all()
    names = member_names(row.staff_id for row in rows)
    return [
        RevisionOverview(
            number=row.number,
            saved_at=row.saved_at,
            author=names.get(row.staff_id or 0, ""),
            picture=_picture_change(before, row),
            accent=row.accent if before and before.accent not in (None, row.accent) else None,
        )
        for row, before in zip_longest(rows, rows[1:])
    ][:limit]


def count_revisions(subject: str, subject_id: int) -> int:
    of_subject = Revision.subject == subject, Revision.subject_id == subject_id
    return db.session.scalar(select(func.count()).where(*of_subject)) or 0


def find_revision(subject: str, subject_id: int, number: int) -> dict[str, Any] | None:
    """The content of a revision."""
    return db.session.scalar(
        select(Revision.content).filter_by(subject=subject, subject_id=subject_id, number=number)
    )


def find_content(subject: Versioned, subject_id: int) -> tuple[dict[str, Any], int]:
    """The present content, and the number of its newest revision (0: none yet)."""
    with read_snapshot() as connection:
        columns = subject.table.__table__.c
        number = connection.scalar(select(columns.version).where(columns.id == subject_id)) or 0
        return subject.read(connection, subject_id), number


def author_of(subject: str, subject_id: int, number: int) -> str:
    """The name of who saved a revision; empty if unknown."""
    saved = select(Revision.staff_id).filter_by(
        subject=subject, subject_id=subject_id, number=number
    )
    return next(iter(member_names([db.session.scalar(saved)]).values()), "")


def differences(
    old: Content, new: Content, in_words: Callable[[str, Any], str]
) -> list[Difference]:
    """The fields that differ, by name. `in_words` formats a value for reading."""
    found = []
    for name in sorted({*old, *new}):
        before, after = (in_words(name, content.get(name)) for content in (old, new))
        if before != after:
            found.append(Difference(name, tuple(diff_pieces(before, after))))
    return found


def diff_pieces(old: str, new: str) -> Iterator[tuple[str, str]]:
    """Compare line by line, and changed lines word by word."""
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    for kind, left, right in _matched(before, after):
        lines = WORD.findall(left), WORD.findall(right)
        if kind != "replace" or max(map(len, lines)) > MAX_DIFF_WORDS:
            yield from _pieces(kind, left, right)
            continue
        for inner, gone, come in _matched(*lines):
            yield from _pieces(inner, gone, come)


def _matched(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for kind, start, end, other_start, other_end in matcher.get_opcodes():
        yield kind, "".join(before[start:end]), "".join(after[other_start:other_end])


def _pieces(kind: str, gone: str, come: str) -> Iterator[tuple[str, str]]:
    if kind == "equal":
        yield "same", come
        return
    if gone:
        yield "gone", gone
    if come:
        yield "new", come


def _picture_change(before: Any, after: Any) -> str | None:
    """From one revision to the next; None also where the one before does not say how it looked."""
    if before is None or None in (before.picture, after.picture):
        return None
    if before.picture == after.picture:
        return "focused" if before.focus != after.focus else None
    if not before.picture:
        return "added"
    return "replaced" if after.picture else "removed"
