"""What somebody did to a language or its translations, as its history keeps it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection, func, insert, select

from campaign_actions.catalogs.models import TranslationChange
from campaign_actions.catalogs.workflow.presence import Spot
from campaign_actions.core.db.session import db
from campaign_actions.core.db.upsert import advisory_lock
from campaign_actions.core.i18n.message import Forms

# By which way a change came; history.py says it in words.
How = Literal["web", "upload", "command", "staff", "added", "complete", "approved", "consent"]


LOCK = 0x776F7264  # "word": of all translations


def in_turn(connection: Connection) -> None:
    """One transaction at a time changes translations; taken before any of them is read or written.

    So nobody overwrites what they have not seen, and the numbers of changes grow in the order in which
    they can be seen: a process that knows one of them has missed none before it.
    """
    advisory_lock(connection, LOCK)


@dataclass(frozen=True)
class Change:
    """Of one message; without a key: of the language as a whole."""

    key: str = ""
    source: str = ""
    before: Forms = ()
    after: Forms = ()


def note_changes(
    connection: Connection,
    catalog: str,
    locale: str,
    changes: Iterable[Change],
    *,
    how: How,
    staff_id: int | None,
    now: datetime,
) -> None:
    """Add them to the history, in the caller's transaction; it is also what processes look at for news."""
    rows = [
        {
            "catalog": catalog,
            "locale": locale,
            "key": change.key,
            "source": change.source,
            "before": list(change.before),
            "after": list(change.after),
            "changed_at": now,
            "staff_id": staff_id,
            "how": how,
        }
        for change in changes
    ]
    if rows:
        in_turn(connection)
        connection.execute(insert(TranslationChange), rows)


APPROVALS = ("approved", "consent")
HOW: dict[How, Any] = {
    # Translators: these stand behind a name, as in “Ada · translated · 12:30”; say nothing of who Ada is.
    "web": _l("translated"),
    "upload": _l("taken from a file"),
    "command": _l("taken by a command"),
    "staff": _l("written beside the source"),
    "added": _l("language begun"),
    "complete": _l("all texts of the campaign are there"),
    "approved": _l("approved"),
    "consent": _l("consent text approved"),
}


def changes_of(spot: Spot, *, skip: int = 0, most: int) -> Sequence[TranslationChange]:
    """Of a string, the newest first."""
    found = select(TranslationChange).filter_by(**spot._asdict())
    page = found.order_by(TranslationChange.id.desc()).offset(skip).limit(most)
    return db.session.scalars(page).all()


def count_changes_of(spot: Spot) -> int:
    some = select(func.count(TranslationChange.id)).filter_by(**spot._asdict())
    return db.session.scalar(some) or 0


def find_change(spot: Spot, number: int) -> TranslationChange | None:
    return db.session.scalars(
        select(TranslationChange).filter_by(**spot._asdict(), id=number)
    ).one_or_none()


def changes_in(
    locale: str, catalogs: Collection[str] | None, *, skip: int = 0, most: int
) -> Sequence[TranslationChange]:
    """Of a language, the newest first. `catalogs`: those that are shown; None: all."""
    found = select(TranslationChange).where(*_in(locale, catalogs))
    page = found.order_by(TranslationChange.id.desc()).offset(skip).limit(most)
    return db.session.scalars(page).all()


def count_changes(locale: str, catalogs: Collection[str] | None) -> int:
    some = select(func.count(TranslationChange.id)).where(*_in(locale, catalogs))
    return db.session.scalar(some) or 0


def approvals_of(locale: str) -> dict[str, TranslationChange]:
    """The last time that somebody approved something, by what it was: `approved` (words), `consent`."""
    newest = (
        select(func.max(TranslationChange.id))
        .where(TranslationChange.locale == locale, TranslationChange.how.in_(APPROVALS))
        .group_by(TranslationChange.how)
    )
    rows = db.session.scalars(select(TranslationChange).where(TranslationChange.id.in_(newest)))
    return {row.how: row for row in rows}


def _in(locale: str, catalogs: Collection[str] | None) -> list[Any]:
    shown = [] if catalogs is None else [TranslationChange.catalog.in_(catalogs)]
    return [TranslationChange.locale == locale, *shown]
