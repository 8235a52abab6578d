"""Reading the audit log, newest first and page by page."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, literal, or_, select, tuple_

from campaign_actions.audit.events import VIEWS
from campaign_actions.audit.models import AuditEntry
from campaign_actions.core.db.session import db

PAGE_SIZE = 50


@dataclass(frozen=True)
class AuditFilter:
    """Conditions for entries; empty ones do not apply.

    `subject`: exactly this, or a campaign with all its actions. `since` is inclusive, `until` exclusive.
    """

    actor: str = ""
    event: str = ""
    subject: str = ""
    since: datetime | None = None
    until: datetime | None = None
    omits_views: bool = False


@dataclass(frozen=True)
class AuditPage:
    """Entries, newest first, and the ids from which the neighbouring pages continue, if there are any."""

    entries: Sequence[AuditEntry]
    older: int | None
    newer: int | None


def matching_entries(wanted: AuditFilter) -> Select[AuditEntry]:
    """Matching entries, unordered."""
    query = select(AuditEntry)
    if wanted.actor:
        query = query.where(AuditEntry.actor == wanted.actor)
    if wanted.event:
        query = query.where(AuditEntry.event == wanted.event)
    if wanted.omits_views:
        query = query.where(AuditEntry.event.not_in(VIEWS))
    if wanted.subject:
        below = AuditEntry.subject.startswith(f"{wanted.subject}/", autoescape=True)
        query = query.where(or_(AuditEntry.subject == wanted.subject, below))
    if wanted.since:
        query = query.where(AuditEntry.at >= wanted.since)
    if wanted.until:
        query = query.where(AuditEntry.at < wanted.until)
    return query


def find_page(wanted: AuditFilter, *, before: int = 0, after: int = 0) -> AuditPage:
    """The newest entries, or those next to an entry: `before` the id of one, or `after` it.

    Keyset pagination: the cost of a page does not grow with the log.
    """
    entry = db.session.get(AuditEntry, before or after)
    if entry is None:
        rows, is_more = _first_page(matching_entries(wanted).order_by(*_newest_first()))
        return AuditPage(rows, older=_last_id(rows) if is_more else None, newer=None)
    stored_at = select(AuditEntry.at).where(AuditEntry.id == entry.id).scalar_subquery()
    position = tuple_(stored_at, literal(entry.id))  # as stored, even if it is not a time
    if before:
        older = matching_entries(wanted).where(_position() < position)
        rows, is_more = _first_page(older.order_by(*_newest_first()))
        newer = rows[0].id if rows else None
        return AuditPage(rows, older=_last_id(rows) if is_more else None, newer=newer)
    newer_ones = matching_entries(wanted).where(_position() > position)
    rows, is_more = _first_page(newer_ones.order_by(AuditEntry.at, AuditEntry.id))
    rows = rows[::-1]
    return AuditPage(rows, older=_last_id(rows), newer=rows[0].id if is_more else None)


def latest_entry(subject: str, events: Collection[str]) -> AuditEntry | None:
    """The newest of these events of a campaign or its actions, to show who was faster."""
    ours = matching_entries(AuditFilter(subject=subject)).where(AuditEntry.event.in_(events))
    return db.session.scalars(ours.order_by(*_newest_first()).limit(1)).one_or_none()


def _position() -> ColumnElement[tuple[Any, ...]]:
    return tuple_(AuditEntry.at, AuditEntry.id)


def _newest_first() -> tuple[ColumnElement[datetime | None], ColumnElement[int]]:
    """By time, as in the indexes. With several machines, ids may be in a different order."""
    return AuditEntry.at.desc(), AuditEntry.id.desc()


def _first_page(query: Select[AuditEntry]) -> tuple[Sequence[AuditEntry], bool]:
    """The first page of a query, and whether there are more rows."""
    rows = db.session.scalars(query.limit(PAGE_SIZE + 1)).all()
    return rows[:PAGE_SIZE], len(rows) > PAGE_SIZE


def _last_id(rows: Sequence[AuditEntry]) -> int | None:
    return rows[-1].id if rows else None
