"""As of when a file is: so that what is older is known when it comes back.

The number of the last change to the catalog in its language, and, of the program's own words, what
shipped when it was made: `118`, `118-5f2c0a91`.
"""

import re
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import func, select

from campaign_actions.catalogs.models import TranslationChange
from campaign_actions.catalogs.store.repository import INTERFACE, Catalog
from campaign_actions.catalogs.store.shipped import shipped_translations
from campaign_actions.core.db.session import db

VERSION_TEXT = re.compile(r"(\d{1,18})(?:-([0-9a-f]{8}))?", re.ASCII)


@dataclass(frozen=True)
class FileVersion:
    change: int  # the last one that is in it
    shipped: str = ""  # of what shipped; empty for a campaign

    def __str__(self) -> str:
        return f"{self.change}-{self.shipped}" if self.shipped else str(self.change)


def file_version(catalog: Catalog, locale: str) -> FileVersion:
    """Of a file that is made now. Ask before its words are read: then it is too old rather than too new."""
    newest = select(func.max(TranslationChange.id))
    change = db.session.scalar(newest.filter_by(catalog=catalog.name, locale=locale))
    return FileVersion(change or 0, _shipped(locale) if catalog.name == INTERFACE else "")


def read_version(text: str) -> FileVersion | None:
    """None for a file that was not made here, or whose mark is lost."""
    found = VERSION_TEXT.fullmatch(text.strip())
    return FileVersion(int(found[1]), found[2] or "") if found else None


def _shipped(locale: str) -> str:
    words = repr(sorted(shipped_translations(locale).items()))
    return sha256(words.encode()).hexdigest()[:8]
