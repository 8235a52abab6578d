"""Who changed which translation, when and how."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import func, select

from campaign_actions.catalogs.models import TranslationChange
from campaign_actions.catalogs.visiting import Spot
from campaign_actions.core.database import db


def changes_of(spot: Spot, *, skip: int = 0, most: int) -> Sequence[TranslationChange]:
    """Of a string, the newest first."""
    found = select(TranslationChange).filter_by(**spot._asdict())
    page = found.order_by(TranslationChange.id.desc()).offset(skip).limit(most)
    return db.session.scalars(page).all()


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


def _in(locale: str, catalogs: Collection[str] | None) -> list[Any]:
    shown = [] if catalogs is None else [TranslationChange.catalog.in_(catalogs)]
    return [TranslationChange.locale == locale, *shown]
