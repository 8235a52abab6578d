"""Who changed which translation, when and how."""

from collections.abc import Collection, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from campaign_actions.catalogs.models import TranslationChange
from campaign_actions.catalogs.noting import How
from campaign_actions.catalogs.visiting import Spot
from campaign_actions.core.database import db

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
