"""Catalogs by name, and their translations as they are stored."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, cached_property

from sqlalchemy import Connection, select

from campaign_actions.campaigns.models import Campaign
from campaign_actions.catalogs.campaign_texts.alignment import (
    campaign_id_in,
    catalog_name,
    existing_translations,
)
from campaign_actions.catalogs.campaign_texts.messages import messages_in
from campaign_actions.catalogs.campaign_texts.other_texts import other_texts
from campaign_actions.catalogs.campaign_texts.parts import TextPart, campaign_parts
from campaign_actions.catalogs.files.interface_messages import interface_messages
from campaign_actions.catalogs.models import Translation
from campaign_actions.catalogs.store.shipped_catalogs import shipped_translations
from campaign_actions.core.db.session import db
from campaign_actions.core.i18n.message import SOURCE, Forms, Message

INTERFACE = "interface"


@dataclass(frozen=True)
class Catalog:
    """The messages of the interface, or those of a campaign."""

    name: str  # interface, or campaign-<id>
    messages: tuple[Message, ...]
    campaign_id: int | None = None
    slug: str = ""  # of the campaign
    source: str = SOURCE  # the language of the messages
    # All texts of the campaign, in all languages: reading them takes long.
    parts: tuple[TextPart, ...] = field(default=(), compare=False, repr=False)

    @cached_property
    def by_key(self) -> Mapping[str, Message]:
        return {message.key: message for message in self.messages}


@dataclass(frozen=True)
class StoredTranslation:
    """`changed_at` None: it ships with the program, or is part of a text that staff wrote as a whole."""

    forms: Forms
    changed_at: datetime | None = None
    staff_id: int | None = None
    approved: Forms | None = None  # of the privacy page: the forms that are public


def interface_catalog() -> Catalog:
    return Catalog(INTERFACE, interface_messages())


def campaign_catalog(campaign_id: int, *, only_pages: bool = False) -> Catalog | None:
    """None if the campaign does not exist. `only_pages`: without the texts of emails like updates."""
    campaign = db.session.get(Campaign, campaign_id)
    if campaign is None:
        return None
    connection, source = db.session.connection(), campaign.source_locale
    pages = campaign_parts(connection, campaign_id)
    parts = (*pages, *other_texts().parts(connection, campaign_id))
    messages = tuple(messages_in(pages if only_pages else parts, source))
    return Catalog(catalog_name(campaign_id), messages, campaign_id, campaign.slug, source, parts)


def find_catalog(name: str) -> Catalog | None:
    if name == INTERFACE:
        return interface_catalog()
    campaign_id = campaign_id_in(name)
    return campaign_catalog(campaign_id) if campaign_id else None


def stored_translations(catalog: Catalog, locale: str) -> dict[str, StoredTranslation]:
    """By the keys of messages: what ships or is in a campaign's rows, overlaid with what was saved."""
    saved = saved_translations(db.session.connection(), catalog, locale)
    return _original_translations(catalog, locale) | saved


def saved_translations(
    connection: Connection, catalog: Catalog, locale: str
) -> dict[str, StoredTranslation]:
    """From the web, files and commands; also under keys that are no longer in the catalog."""
    columns = ("key", "plural", "forms", "changed_at", "staff_id", "approved")
    rows = select(*(getattr(Translation, name) for name in columns))
    return {
        row.key: StoredTranslation(
            tuple(row.forms),
            row.changed_at,
            row.staff_id,
            tuple(row.approved) if row.approved is not None else None,
        )
        for row in connection.execute(rows.filter_by(catalog=catalog.name, locale=locale))
        if row.forms and _fits(catalog.by_key.get(row.key), row.plural)
    }


def _fits(message: Message | None, plural: str | None) -> bool:
    """A translation is void once its message gets, loses or changes its plural."""
    return message is None or message.plural == plural


def _original_translations(catalog: Catalog, locale: str) -> dict[str, StoredTranslation]:
    if catalog.campaign_id is None:
        return shipped_by_key(locale)
    existing = existing_translations(catalog.campaign_id, catalog.parts, catalog.source, locale)
    return {key: StoredTranslation(forms) for key, forms in existing.items()}


@cache
def shipped_by_key(locale: str) -> dict[str, StoredTranslation]:
    """Of the interface. Do not change it: it is made once, since every page of staff counts what is left."""
    shipped = shipped_translations(locale)
    found = ((m.key, shipped.get((m.context, m.source))) for m in interface_messages())
    return {key: StoredTranslation(forms) for key, forms in found if forms}
