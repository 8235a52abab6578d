"""How much of each catalog is translated into a language, and whether the language can go public."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

from sqlalchemy import select

from campaign_actions.actions.models import ConsentText
from campaign_actions.campaigns.edit import CAMPAIGN
from campaign_actions.campaigns.models import Campaign, CampaignText
from campaign_actions.campaigns.texts import texts_in
from campaign_actions.campaigns.versioning.drafts import read_newest
from campaign_actions.catalogs.files.areas import AREAS
from campaign_actions.catalogs.files.interface_messages import interface_messages
from campaign_actions.catalogs.store.fuzzy_match import former_translations
from campaign_actions.catalogs.store.repository import Catalog, stored_translations
from campaign_actions.catalogs.workflow.translation_approvals import (
    APPROVAL,
    PRIVACY,
    unapproved_translations,
)
from campaign_actions.core.db.session import db
from campaign_actions.core.i18n.catalog import Translations
from campaign_actions.core.i18n.locale_registry import languages
from campaign_actions.core.i18n.message import Message

CONSENT = "consent"  # in LOCALE_NEEDS: a consent text, which is not a message


@dataclass
class Share:
    done: int = 0
    all: int = 0

    @property
    def percent(self) -> int:
        """Rounded down: 100 only if nothing is missing."""
        return self.done * 100 // self.all if self.all else 100

    @property
    def left(self) -> int:
        return self.all - self.done

    def __add__(self, other: "Share") -> "Share":
        return Share(self.done + other.done, self.all + other.all)


def count_by_area(messages: Iterable[Message], translated: Collection[str]) -> dict[str, Share]:
    """The share of each area. `translated`: keys of messages."""
    shares: dict[str, Share] = {}
    for message in messages:
        share = shares.setdefault(message.area, Share())
        share.all += 1
        share.done += message.key in translated
    return shares


@dataclass(frozen=True)
class Readiness:
    """`needs`: what a language must have before the public sees it (LOCALE_NEEDS).

    `unapproved`: how many translations of the privacy page lack the approval that they need.
    `is_held_back`: the setting LOCALES leaves it out.
    """

    areas: Mapping[str, Share]  # of the interface, in the order of AREAS
    has_consent: bool
    needs: frozenset[str]
    unapproved: int = 0
    is_held_back: bool = False

    @property
    def lacking(self) -> tuple[str, ...]:
        """The needed areas with translations missing or not approved."""
        return tuple(
            area for area, share in self.areas.items() if area in self.needs and share.left
        )

    @property
    def lacks_consent(self) -> bool:
        return CONSENT in self.needs and not self.has_consent

    @property
    def is_ready(self) -> bool:
        return not self.lacking and not self.lacks_consent

    @property
    def untranslated(self) -> int:
        """How many needed strings are left, without those that are translated and not approved."""
        return max(0, self.needed.left - (self.unapproved if PRIVACY in self.needs else 0))

    @property
    def lacks_approval(self) -> bool:
        return PRIVACY in self.lacking and self.unapproved > 0

    @property
    def needed(self) -> Share:
        """The share of all needed areas."""
        return sum((s for area, s in self.areas.items() if area in self.needs), Share())


@dataclass(frozen=True)
class CampaignReadiness:
    """A campaign in a language. The public sees it once all of its texts are translated."""

    share: Share
    opens_at: datetime | None  # None: not published
    is_public: bool  # in this language, which itself may not be public yet
    is_new: bool  # no texts in this language yet: it gets them once all are translated

    @property
    def is_published(self) -> bool:
        return self.opens_at is not None

    @property
    def waits_for_texts(self) -> bool:
        return self.is_new and bool(self.share.left)


def campaign_readiness(catalog: Catalog, locale: str) -> CampaignReadiness:
    """`catalog`: of a campaign."""
    missing = _untranslated(catalog, locale)
    share = Share(len(catalog.messages) - len(missing), len(catalog.messages))
    published_at = select(Campaign.published_at).filter_by(id=catalog.campaign_id)
    is_public = select(CampaignText.is_public).filter_by(
        campaign_id=catalog.campaign_id, locale=locale
    )
    known = texts_in(read_newest(db.session.connection(), CAMPAIGN, catalog.campaign_id or 0))
    return CampaignReadiness(
        share,
        opens_at=db.session.scalar(published_at),
        is_public=bool(db.session.scalar(is_public)),
        is_new=locale not in known,
    )


def readiness_of(ours: Translations, *, needs: Collection[str], has_consent: bool) -> Readiness:
    """`ours`: the translations that the public would see, so without unapproved ones."""
    areas = {
        area: Share(len(keys) - len(keys.difference(ours)), len(keys))
        for area, keys in _areas().items()
    }
    return Readiness(areas, has_consent, frozenset(needs))


def readiness(tag: str, needs: Collection[str], *, allowed: Collection[str] = ()) -> Readiness:
    """Of a language as this process knows it. `allowed`: the setting LOCALES."""
    ours = languages().translations.get(tag, {})
    consents = db.session.scalars(select(ConsentText.locale).distinct()).all()
    found = readiness_of(ours, needs=needs, has_consent=has_consent(tag, consents))
    return replace(
        found,
        unapproved=len(unapproved_translations(tag)) if APPROVAL in needs else 0,
        is_held_back=bool(allowed) and tag not in allowed,
    )


@cache
def _areas() -> dict[str, frozenset[tuple[str, str]]]:
    """Context and source of the messages of each area, in the order of AREAS."""
    messages = interface_messages()
    found = {
        area: frozenset((m.context, m.source) for m in messages if m.area == area) for area in AREAS
    }
    return {area: keys for area, keys in found.items() if keys}


def has_consent(tag: str, consents: Collection[str]) -> bool:
    """Whether a language has a consent text of any kind. `consents`: the languages that have one.

    While there is no consent text at all, nobody can sign, so none is needed. One kind is enough: the
    other's actions are not public in the language until it has a text of theirs. If all kinds were
    needed, the first text for pledges would hide a language in which people are signing petitions.
    """
    return not consents or tag in consents


@dataclass(frozen=True)
class CatalogProgress:
    """`stale`: how many of the missing translations exist for an earlier source."""

    catalog: str
    locale: str
    share: Share
    stale: int


def catalog_progress(catalog: Catalog, locale: str) -> CatalogProgress:
    missing = _untranslated(catalog, locale)
    share = Share(len(catalog.messages) - len(missing), len(catalog.messages))
    former = former_translations(catalog, locale, missing).values()
    stale = sum(each.is_of_source for each in former)
    return CatalogProgress(catalog.name, locale, share, stale)


def language_progress(locale: str, catalogs: Iterable[Catalog]) -> Iterator[CatalogProgress]:
    """Without empty catalogs, and those that are in this language from the start."""
    for catalog in catalogs:
        if catalog.messages and catalog.source != locale:
            yield catalog_progress(catalog, locale)


def count_untranslated(catalog: Catalog, locale: str) -> int:
    return len(_untranslated(catalog, locale))


def _untranslated(catalog: Catalog, locale: str) -> list[Message]:
    translated = stored_translations(catalog, locale)
    return [message for message in catalog.messages if message.key not in translated]
