"""Catalogs by their names, and what is stored of them in a language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, select

from campaign_actions.campaigns.models import Campaign
from campaign_actions.catalogs.campaign_copy.alignment import (
    campaign_id_in,
    catalog_name,
    existing_translations,
)
from campaign_actions.catalogs.campaign_copy.messages import campaign_messages
from campaign_actions.catalogs.files.interface import interface_messages
from campaign_actions.catalogs.models import Translation
from campaign_actions.catalogs.store.shipped import shipped_translations
from campaign_actions.core.db.session import db
from campaign_actions.core.i18n.message import SOURCE, Forms, Message

INTERFACE = "interface"


@dataclass(frozen=True)
class Catalog:
    """What there is to translate: the program's own words, or the copy of a campaign."""

    name: str  # interface, or campaign-<id>
    messages: tuple[Message, ...]
    campaign_id: int | None = None
    slug: str = ""  # of the campaign
    source: str = SOURCE  # the language of the messages

    @cached_property
    def by_key(self) -> Mapping[str, Message]:
        return {message.key: message for message in self.messages}


@dataclass(frozen=True)
class StoredTranslation:
    """What a message says in a language; without `changed_at` it ships, or staff wrote it as a whole."""

    forms: Forms
    changed_at: datetime | None = None
    staff_id: int | None = None
    approved: Forms | None = None  # of the privacy page: what is shown of it


def interface_catalog() -> Catalog:
    return Catalog(INTERFACE, interface_messages())


def campaign_catalog(campaign_id: int) -> Catalog | None:
    """None if there is no such campaign."""
    campaign = db.session.get(Campaign, campaign_id)
    if campaign is None:
        return None
    messages = tuple(campaign_messages(campaign_id))
    return Catalog(
        catalog_name(campaign_id), messages, campaign_id, campaign.slug, campaign.source_locale
    )


def find_catalog(name: str) -> Catalog | None:
    """The one that rows and addresses name so."""
    if name == INTERFACE:
        return interface_catalog()
    campaign_id = campaign_id_in(name)
    return campaign_catalog(campaign_id) if campaign_id else None


def stored_translations(catalog: Catalog, locale: str) -> dict[str, StoredTranslation]:
    """All that is there of a catalog in a language, by the keys of its messages."""
    return _shipped_or_existing(catalog, locale) | written_translations(
        db.session.connection(), catalog, locale
    )


def written_translations(
    connection: Connection, catalog: Catalog, locale: str
) -> dict[str, StoredTranslation]:
    """What was written on the web or brought by files, also under keys that are no message's any more."""
    rows = connection.execute(_select_written(catalog.name, locale))
    return {
        row.key: StoredTranslation(
            tuple(row.forms),
            row.changed_at,
            row.staff_id,
            tuple(row.approved) if row.approved is not None else None,
        )
        for row in rows
        if row.forms and _fits(catalog.by_key.get(row.key), row.plural)
    }


def _fits(message: Message | None, plural: str | None) -> bool:
    """What was made for one number, or for other words for many, is no translation any more."""
    return message is None or message.plural == plural


def _shipped_or_existing(catalog: Catalog, locale: str) -> dict[str, StoredTranslation]:
    """What ships, or what staff wrote before anybody translated."""
    if catalog.campaign_id is not None:
        existing = existing_translations(catalog.campaign_id, locale)
        return {key: StoredTranslation(forms) for key, forms in existing.items()}
    ours = shipped_translations(locale)
    found = ((m.key, ours.get((m.context, m.source))) for m in catalog.messages)
    return {key: StoredTranslation(forms) for key, forms in found if forms}


def _select_written(name: str, locale: str) -> Any:
    of_language = (Translation.catalog == name, Translation.locale == locale)
    return select(
        Translation.key,
        Translation.plural,
        Translation.forms,
        Translation.changed_at,
        Translation.staff_id,
        Translation.approved,
    ).where(*of_language)
