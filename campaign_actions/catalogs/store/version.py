"""The version of a catalog file, which shows whether translations have changed since it was downloaded.

It is the id of the last change to the catalog in its language. For the interface it is followed by a
hash of the shipped translations: `118`, `118-5f2c0a91`.
"""

import re
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import func, select

from campaign_actions.catalogs.models import TranslationChange
from campaign_actions.catalogs.store.repository import INTERFACE, Catalog
from campaign_actions.catalogs.store.shipped_catalogs import shipped_translations
from campaign_actions.core.db.session import db

VERSION_TEXT = re.compile(r"(\d{1,18})(?:-([0-9a-f]{8}))?", re.ASCII)


@dataclass(frozen=True)
class FileVersion:
    change: int  # id of the last change in the file
    shipped: str = ""  # hash of the shipped translations; empty for a campaign

    def __str__(self) -> str:
        return f"{self.change}-{self.shipped}" if self.shipped else str(self.change)


def file_version(catalog: Catalog, locale: str) -> FileVersion:
    """The version of a file made now.

    Ask before reading the translations: a version that is too old is harmless, one too new is not.
    """
    newest = select(func.max(TranslationChange.id))
    change = db.session.scalar(newest.filter_by(catalog=catalog.name, locale=locale))
    return FileVersion(change or 0, _shipped_hash(locale) if catalog.name == INTERFACE else "")


def read_version(text: str) -> FileVersion | None:
    """None for a file that was not made here or has lost its version."""
    found = VERSION_TEXT.fullmatch(text.strip())
    return FileVersion(int(found[1]), found[2] or "") if found else None


def _shipped_hash(locale: str) -> str:
    translations = repr(sorted(shipped_translations(locale).items()))
    return sha256(translations.encode()).hexdigest()[:8]
