"""What waits for translators: of each catalog, how far it is in a language."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from sqlalchemy import select

from campaign_actions.actions.models import ConsentText
from campaign_actions.campaigns.models import Campaign, CampaignText
from campaign_actions.catalogs.files.areas import AREAS
from campaign_actions.catalogs.files.interface import interface_messages
from campaign_actions.catalogs.store.fuzzy_match import earlier_translations
from campaign_actions.catalogs.store.repository import Catalog, stored
from campaign_actions.catalogs.workflow.approvals import words_to_approve
from campaign_actions.core.db.session import db
from campaign_actions.core.i18n.catalog import Translations
from campaign_actions.core.i18n.message import SOURCE, Message
from campaign_actions.core.i18n.pseudo import PSEUDO_LOCALES
from campaign_actions.core.i18n.registry import languages


@dataclass
class Share:
    done: int = 0
    all: int = 0

    @property
    def percent(self) -> int:
        """Whole per cent; 100 only when nothing is missing."""
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


CONSENT = "consent"  # also: a text that people agree to, which is no message


@dataclass(frozen=True)
class Readiness:
    """`needs`: what must be there before the public sees the language (LOCALE_NEEDS)."""

    areas: Mapping[str, Share]  # of the interface, in the order of AREAS
    has_consent: bool
    needs: frozenset[str]

    @property
    def lacking(self) -> tuple[str, ...]:
        """The needed areas in which words are missing, or not approved."""
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
    def needed(self) -> Share:
        """Of all words that are needed."""
        return sum((s for area, s in self.areas.items() if area in self.needs), Share())


@dataclass(frozen=True)
class CampaignReadiness:
    """A campaign in a language: the public sees it as a whole, once the last of its texts is there."""

    share: Share
    is_published: bool
    is_public: bool  # in this language, as far as the campaign goes

    @property
    def waits_for_texts(self) -> bool:
        return not self.is_public and bool(self.share.left)


def campaign_readiness(catalog: Catalog, locale: str) -> CampaignReadiness:
    """`catalog`: of a campaign."""
    there = stored(catalog, locale)
    share = Share(sum(m.key in there for m in catalog.messages), len(catalog.messages))
    published_at = select(Campaign.published_at).filter_by(id=catalog.campaign_id)
    is_public = select(CampaignText.is_public).filter_by(
        campaign_id=catalog.campaign_id, locale=locale
    )
    return CampaignReadiness(
        share, db.session.scalar(published_at) is not None, bool(db.session.scalar(is_public))
    )


def readiness_of(ours: Translations, *, needs: Collection[str], has_consent: bool) -> Readiness:
    """`ours`: the words as the public would see them, so without those that wait for approval."""
    areas = {area: Share(len(ours.keys() & all_), len(all_)) for area, all_ in _areas().items()}
    return Readiness(areas, has_consent, frozenset(needs))


def readiness(tag: str, needs: Collection[str]) -> Readiness:
    """Of a language as this process knows it."""
    ours = languages().translations.get(tag, {})
    consents = db.session.scalars(select(ConsentText.locale).distinct()).all()
    return readiness_of(ours, needs=needs, has_consent=has_consent(tag, consents))


def worked_on() -> tuple[str, ...]:
    """The languages that the interface is translated into: all but the source, and the made-up ones."""
    return tuple(tag for tag in languages().known if tag not in {SOURCE, *PSEUDO_LOCALES})


def waiting_words(tag: str) -> int:
    """How many messages of the privacy page are translated and wait for a second person."""
    return len(words_to_approve(tag))


@cache
def _areas() -> dict[str, frozenset[tuple[str, str]]]:
    """The messages of each area, by context and source, in the order of AREAS."""
    messages = interface_messages()
    found = {
        area: frozenset((m.context, m.source) for m in messages if m.area == area) for area in AREAS
    }
    return {area: all_ for area, all_ in found.items() if all_}


def has_consent(tag: str, consents: Collection[str]) -> bool:
    """Whether people can agree to something in a language. `consents`: the languages of those texts.

    As long as there is none at all, nobody can sign, and it holds no language back.
    """
    return not consents or tag in consents


@dataclass(frozen=True)
class Work:
    """`stale`: how many of those that wait were translated before their source was changed."""

    catalog: str
    locale: str
    share: Share
    stale: int


def work_on(catalog: Catalog, locale: str) -> Work:
    there = stored(catalog, locale)
    waiting = [message for message in catalog.messages if message.key not in there]
    share = Share(len(catalog.messages) - len(waiting), len(catalog.messages))
    return Work(catalog.name, locale, share, len(earlier_translations(catalog, locale, waiting)))


def work_in(locale: str, catalogs: Iterable[Catalog]) -> Iterator[Work]:
    """What is empty, or is in this language from the start, is no work."""
    for catalog in catalogs:
        if catalog.messages and catalog.source != locale:
            yield work_on(catalog, locale)
