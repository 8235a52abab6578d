"""The history of a campaign or an action: its revisions, and what differs between two.

Of a campaign also when its picture and its colour were changed: neither is in a revision.
"""

import difflib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, true

from campaign_actions.audit.models import AuditEntry
from campaign_actions.campaigns.models import Revision
from campaign_actions.campaigns.versioning.three_way_merge import Content
from campaign_actions.campaigns.versioning.versioned import Subject
from campaign_actions.core.db.session import db, read_snapshot
from campaign_actions.core.db.stored_json import JsonValue, find_value
from campaign_actions.staff.queries import names_by_email, names_of

WORDS = re.compile(r"\s+|[^\s]+")
MOST_CHANGES = 100  # of looks, between two revisions
MOST_WORDS = 4000  # of a passage that is compared word by word; a longer one goes as a whole


@dataclass(frozen=True)
class RevisionOverview:
    number: int
    saved_at: datetime
    author: str  # empty: not known any more, or a command


@dataclass(frozen=True)
class LookChange:
    """What became of the picture, as the audit log calls it, or the colour that was chosen."""

    saved_at: datetime
    author: str
    change: str
    accent: str


@dataclass(frozen=True)
class Difference:
    """A field that differs, as pieces: `same`, `gone` or `new`, and the text."""

    name: str
    pieces: tuple[tuple[str, str], ...]


def revisions(subject: str, subject_id: int, *, skip: int, most: int) -> list[RevisionOverview]:
    """The newest first."""
    of_subject = select(Revision.number, Revision.saved_at, Revision.staff_id).filter_by(
        subject=subject, subject_id=subject_id
    )
    page = of_subject.order_by(Revision.number.desc()).offset(skip).limit(most)
    rows = db.session.execute(page).all()
    names = names_of(row.staff_id for row in rows)
    return [RevisionOverview(r.number, r.saved_at, names.get(r.staff_id or 0, "")) for r in rows]


def with_look_changes(
    campaign_id: int, *, skip: int, most: int
) -> list[RevisionOverview | LookChange]:
    """The same of a campaign, and between its revisions what was done to its looks."""
    page = revisions("campaign", campaign_id, skip=max(0, skip - 1), most=most + bool(skip))
    newer = page.pop(0).saved_at if skip else None
    older = page[-1].saved_at if len(page) == most else None
    changes = _look_changes(campaign_id, since=older, until=newer)
    lines: list[RevisionOverview | LookChange] = [*page, *changes]
    return sorted(lines, key=lambda line: line.saved_at, reverse=True)


def count_revisions(subject: str, subject_id: int) -> int:
    of_subject = Revision.subject == subject, Revision.subject_id == subject_id
    return db.session.scalar(select(func.count()).where(*of_subject)) or 0


def find_revision(subject: str, subject_id: int, number: int) -> dict[str, Any] | None:
    """What a campaign or an action was, as a whole."""
    return db.session.scalar(
        select(Revision.content).filter_by(subject=subject, subject_id=subject_id, number=number)
    )


def find_content(subject: Subject, subject_id: int) -> tuple[dict[str, Any], int]:
    """What it is now, as a whole, and the number of its newest revision (0: it has none yet)."""
    with read_snapshot() as connection:
        number = connection.scalar(select(subject.table.version).filter_by(id=subject_id)) or 0
        return subject.read(connection, subject_id), number


def author_of(subject: str, subject_id: int, number: int) -> str:
    """Who saved a revision."""
    saved = select(Revision.staff_id).filter_by(
        subject=subject, subject_id=subject_id, number=number
    )
    return next(iter(names_of([db.session.scalar(saved)]).values()), "")


def _look_changes(
    campaign_id: int, *, since: datetime | None, until: datetime | None
) -> Iterator[LookChange]:
    """Other words for a picture are a revision, and so are not among them."""
    done = select(AuditEntry.at, AuditEntry.actor, AuditEntry.details).where(
        AuditEntry.event == "picture-changed",
        JsonValue(AuditEntry.details, "campaign_id") == str(campaign_id),
        AuditEntry.at >= since if since else true(),
        AuditEntry.at < until if until else true(),
    )
    rows = db.session.execute(done.order_by(AuditEntry.at.desc()).limit(MOST_CHANGES)).all()
    names = names_by_email(row.actor for row in rows)
    for row in rows:
        change, accent = (str(find_value(row.details, name) or "") for name in ("change", "accent"))
        if change != "described" and row.at:
            yield LookChange(row.at, names.get(row.actor, ""), change, accent)


def differences(
    old: Content, new: Content, in_words: Callable[[str, Any], str]
) -> list[Difference]:
    """The fields that differ, in the order of their names; `in_words`: their values as they are read."""
    found = []
    for name in sorted({*old, *new}):
        before, after = (in_words(name, content.get(name)) for content in (old, new))
        if before != after:
            found.append(Difference(name, tuple(pieces(before, after))))
    return found


def pieces(old: str, new: str) -> Iterator[tuple[str, str]]:
    """Line by line, and word by word within what has changed."""
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    for kind, left, right in _matched(before, after):
        lines = WORDS.findall(left), WORDS.findall(right)
        if kind != "replace" or max(map(len, lines)) > MOST_WORDS:
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
