"""Confirming that a translation is still right after its source changed, without opening it."""

from collections.abc import Collection
from datetime import datetime

from campaign_actions.catalogs.store.repository import Catalog
from campaign_actions.catalogs.store.save import TranslationEdit, save_translations
from campaign_actions.catalogs.validation.validate_translation import issues
from campaign_actions.catalogs.workflow.entries import entries
from campaign_actions.core.i18n.message import Forms


def confirm_translations(
    catalog: Catalog, locale: str, keys: Collection[str], *, staff_id: int, now: datetime
) -> tuple[int, int]:
    """Save the earlier translations of stale messages for their new sources; how many were and were not.

    A message whose source has changed again has another key, so nobody confirms what they have not seen.
    One that would be refused stays stale.
    """
    earlier: dict[str, Forms] = {
        entry.message.key: entry.earlier.forms
        for entry in entries(catalog, locale)
        if entry.message.key in keys and entry.is_stale and entry.earlier
    }
    edits = {
        key: TranslationEdit(forms, ())
        for key, forms in earlier.items()
        if not issues(catalog.by_key[key], forms, locale)
    }
    if edits:
        save_translations(catalog, locale, edits, how="web", staff_id=staff_id, now=now)
    return len(edits), len(earlier) - len(edits)
