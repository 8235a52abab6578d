"""Translations of the same source in other places."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import select

from campaign_actions.catalogs.files.interface_messages import interface_messages
from campaign_actions.catalogs.models import Translation
from campaign_actions.catalogs.store.repository import INTERFACE
from campaign_actions.catalogs.store.shipped_catalogs import shipped_translations
from campaign_actions.core.db.session import db
from campaign_actions.core.i18n.message import Forms, Message


@dataclass(frozen=True)
class OtherTranslation:
    catalog: str
    context: str
    forms: Forms


def translations_elsewhere(
    message: Message, locale: str, *, catalog: str, may_see: Callable[[str], bool]
) -> list[OtherTranslation]:
    """Each wording once. `may_see`: whether the reader may see a catalog, by its name."""
    found: dict[Forms, OtherTranslation] = {}
    for other in (*_saved(message, locale), *_shipped(message, locale)):
        is_this = other.catalog == catalog and other.context == message.context
        if not is_this and may_see(other.catalog):
            found.setdefault(other.forms, other)
    return list(found.values())


def _saved(message: Message, locale: str) -> Iterator[OtherTranslation]:
    rows = select(Translation).filter_by(locale=locale, source=message.source)
    for row in db.session.scalars(rows.order_by(Translation.changed_at.desc())):
        if row.forms:
            yield OtherTranslation(row.catalog, row.context, tuple(row.forms))


def _shipped(message: Message, locale: str) -> Iterator[OtherTranslation]:
    shipped = shipped_translations(locale)
    for other in interface_messages():
        forms = shipped.get((other.context, other.source))
        if other.source == message.source and forms:
            yield OtherTranslation(INTERFACE, other.context, forms)
