"""Reading the audit log: the newest first, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, literal, or_, select, tuple_

from campaign_actions.audit.models import AuditEntry
from campaign_actions.core.db.session import db

PAGE_SIZE = 50


@dataclass(frozen=True)
class AuditFilter:
    """Which entries are wanted; what is empty does not matter.

    `subject`: exactly this, or a campaign with all its actions. `since` is in it, `until` is not.
    """

    actor: str = ""
    event: str = ""
    subject: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class AuditPage:
    """Some entries, the newest first, and from which ids the pages beside it go on, if there are any."""

    entries: Sequence[AuditEntry]
    older: int | None
    newer: int | None


def matching_entries(wanted: AuditFilter) -> Select[AuditEntry]:
    """The entries in no order."""
    query = select(AuditEntry)
    if wanted.actor:
        query = query.where(AuditEntry.actor == wanted.actor)
    if wanted.event:
        query = query.where(AuditEntry.event == wanted.event)
    if wanted.subject:
        below = AuditEntry.subject.startswith(f"{wanted.subject}/", autoescape=True)
        query = query.where(or_(AuditEntry.subject == wanted.subject, below))
    if wanted.since:
        query = query.where(AuditEntry.at >= wanted.since)
    if wanted.until:
        query = query.where(AuditEntry.at < wanted.until)
    return query


def find_page(wanted: AuditFilter, *, before: int = 0, after: int = 0) -> AuditPage:
    """The newest entries; `before` an entry the next older ones, `after` one the next newer ones.

    Whatever the size of the log, a page is read along an index, never counted off.
    """
    mark = db.session.get(AuditEntry, before or after)
    if mark is None:
        rows, is_more = _first_page(matching_entries(wanted).order_by(*_newest_first()))
        return AuditPage(rows, older=_last_id(rows) if is_more else None, newer=None)
    its_time = select(AuditEntry.at).where(AuditEntry.id == mark.id).scalar_subquery()
    place = tuple_(its_time, literal(mark.id))  # as it is there, even where it is no time
    if before:
        older = matching_entries(wanted).where(_position() < place)
        rows, is_more = _first_page(older.order_by(*_newest_first()))
        newer = rows[0].id if rows else None
        return AuditPage(rows, older=_last_id(rows) if is_more else None, newer=newer)
    newer_ones = matching_entries(wanted).where(_position() > place)
    rows, is_more = _first_page(newer_ones.order_by(AuditEntry.at, AuditEntry.id))
    rows = rows[::-1]
    return AuditPage(rows, older=_last_id(rows), newer=rows[0].id if is_more else None)


def _position() -> Any:
    return tuple_(AuditEntry.at, AuditEntry.id)


def _newest_first() -> tuple[Any, Any]:
    """By time, as the indices are; clocks of several machines may differ from the order of ids."""
    return AuditEntry.at.desc(), AuditEntry.id.desc()


def _first_page(query: Any) -> tuple[Sequence[AuditEntry], bool]:
    """As many as fit on a page, and whether there are more."""
    rows = db.session.scalars(query.limit(PAGE_SIZE + 1)).all()
    return rows[:PAGE_SIZE], len(rows) > PAGE_SIZE


def _last_id(rows: Sequence[AuditEntry]) -> int | None:
    return rows[-1].id if rows else None
