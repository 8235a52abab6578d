"""How the same words are translated in other places."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import select

from campaign_actions.catalogs.files.interface import interface_messages
from campaign_actions.catalogs.models import Translation
from campaign_actions.catalogs.store.repository import INTERFACE
from campaign_actions.catalogs.store.shipped import shipped_translations
from campaign_actions.core.db.session import db
from campaign_actions.core.i18n.message import Forms, Message


@dataclass(frozen=True)
class OtherTranslation:
    """How the same words are translated in another place."""

    catalog: str
    context: str
    forms: Forms


def translations_elsewhere(
    message: Message, locale: str, *, catalog: str, may_see: Callable[[str], bool]
) -> list[OtherTranslation]:
    """Translations of the same source, each wording once. `may_see`: whether a catalog is shown."""
    found: dict[Forms, OtherTranslation] = {}
    for one in (*_written(message, locale), *_shipped(message, locale)):
        is_here = one.catalog == catalog and one.context == message.context
        if not is_here and may_see(one.catalog):
            found.setdefault(one.forms, one)
    return list(found.values())


def _written(message: Message, locale: str) -> Iterator[OtherTranslation]:
    of_source = select(Translation).filter_by(locale=locale, source=message.source)
    for row in db.session.scalars(of_source.order_by(Translation.changed_at.desc())):
        if row.forms:
            yield OtherTranslation(row.catalog, row.context, tuple(row.forms))


def _shipped(message: Message, locale: str) -> Iterator[OtherTranslation]:
    ours = shipped_translations(locale)
    for other in interface_messages():
        if other.source == message.source and (forms := ours.get((other.context, other.source))):
            yield OtherTranslation(INTERFACE, other.context, forms)
