"""The names of sources: of the channels that share links have, of partners, and those that staff gave."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from itertools import count

from flask_babel import gettext as _
from sqlalchemy import Row, select

from campaign_actions.campaigns.models import ChannelName, Partner, PartnerText
from campaign_actions.core.content.slugs import suggest_slug
from campaign_actions.core.db.name_sounds import in_latin_letters
from campaign_actions.core.db.session import db
from campaign_actions.core.i18n.locale import locales_current_first
from campaign_actions.core.sharing.links import CHANNELS

MAX_SOURCE_LENGTH = 40  # as in SOURCE_PATTERN
CUT_LENGTHS = (40, 12)  # a slug has whole words, so a long word is cut before
NEWSLETTER, WEBSITE, POSTER = "newsletter", "website", "poster"
# Without an address that shares a page, so that public pages do not offer them.
NETWORKS = {"mastodon": "Mastodon", "instagram": "Instagram"}
RESERVED = frozenset({NEWSLETTER, WEBSITE, POSTER, *CHANNELS, *NETWORKS})  # of the usual channels


@dataclass(frozen=True)
class NamedPartner:
    """Of a public campaign. `name`: in the first of the reader's languages in which it has one."""

    source: str
    former: tuple[str, ...]
    name: str


class SourceNames:
    """Of some campaigns, in the language of the page; read when the first is asked for.

    A name that only some of the campaigns use is shown for all of them, and so is what a partner's
    sources were before.
    """

    def __init__(self, campaign_ids: Collection[int]) -> None:
        self._campaign_ids = campaign_ids

    def name(self, source: str) -> str:
        """Its name, or the source itself. `source`: may have former ones of the same partner after it."""
        if not source:
            return ""
        first = source.partition(" ")[0]
        return self.labels.get(first, first)

    def current(self, source: str) -> str:
        """The source that a partner has now, for one that it had before."""
        return self.former.get(source, source)

    def whole(self, source: str) -> str:
        """The value of a filter: the source and those that its partner had before."""
        return " ".join((source, *(old for old, new in self.former.items() if new == source)))

    def find(self, typed: str) -> str:
        """The source that someone typed, or whose name; anything else as it is."""
        return typed if typed in self.labels else self._by_name.get(typed.casefold(), typed)

    def typed(self, source: str) -> str:
        """As a field shows it: the name if that finds it again."""
        first, name = source.partition(" ")[0], self.name(source)
        return name if self.find(name) == first else first

    def offered(self, sources: Iterable[str]) -> list[str]:
        """As a field offers them: a partner once."""
        return list(dict.fromkeys(self.typed(self.current(source)) for source in sources))

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """By source. Sources without a name are missing."""
        partners = {
            source: _("Partner: %(name)s", name=partner.name)
            for partner in self._partners
            for source in (*partner.former, partner.source)
        }
        channels = {name: str(channel.label) for name, channel in CHANNELS.items()}
        usual = {NEWSLETTER: _("Newsletter"), WEBSITE: _("Other website"), POSTER: _("Poster")}
        given = dict(_given_names(self._campaign_ids))
        return NETWORKS | given | partners | channels | usual

    @cached_property
    def former(self) -> Mapping[str, str]:
        """The sources that partners had before, with those that they have now."""
        found = {old: partner.source for partner in self._partners for old in partner.former}
        return {old: new for old, new in found.items() if old not in self.partners}

    @cached_property
    def partners(self) -> list[str]:
        """The sources of partners, in their order."""
        return list(dict.fromkeys(partner.source for partner in self._partners))

    @cached_property
    def _partners(self) -> list[NamedPartner]:
        return _named_partners(self._campaign_ids)

    @cached_property
    def _by_name(self) -> Mapping[str, str]:
        now = (pair for pair in self.labels.items() if pair[0] not in self.former)
        return {name.casefold(): source for source, name in now}


def source_from(name: str) -> str:
    """The name of a channel as links carry it: `radio-interview`; empty if it has neither letters nor digits.

    A name that cannot be written in Latin letters always gets the same neutral one: `link-b83a66`.
    """
    if not any(letter.isalnum() for letter in name):
        return ""
    written = in_latin_letters(name)
    shorter = (suggest_slug(written[:length], "") for length in (None, *CUT_LENGTHS))
    neutral = f"link-{sha256(name.strip().casefold().encode()).hexdigest()[:6]}"
    return next(filter(None, shorter), neutral)[:MAX_SOURCE_LENGTH].strip("-")


def numbered(source: str) -> Iterator[str]:
    """The source, and then with numbers."""
    yield source
    yield from (f"{source[: MAX_SOURCE_LENGTH - 3]}-{number}" for number in count(2))


def free_source(name: str, taken: Collection[str]) -> str:
    """The source for a partner of this name."""
    return next(one for one in numbered(source_from(name) or "partner") if one not in taken)


def _given_names(campaign_ids: Collection[int]) -> list[tuple[str, str]]:
    if not campaign_ids:
        return []
    names = select(ChannelName.source, ChannelName.name).where(
        ChannelName.campaign_id.in_(campaign_ids)
    )
    rows = db.session.execute(names.order_by(ChannelName.name, ChannelName.campaign_id))
    return [(source, name) for source, name in rows]


def _named_partners(campaign_ids: Collection[int]) -> list[NamedPartner]:
    if not campaign_ids:
        return []
    names = (
        select(Partner.source, Partner.former_sources, PartnerText.name, PartnerText.locale)
        .join(PartnerText)
        .where(Partner.campaign_id.in_(campaign_ids), Partner.source.is_not(None))
        .order_by(Partner.position, Partner.id, PartnerText.locale)
    )
    wanted = {tag: place for place, tag in enumerate(reversed(locales_current_first()), 1)}
    found: dict[tuple[str, str], Row[str | None, str, str, str]] = {}
    for row in db.session.execute(names):
        best = found.setdefault((row.source, row.former_sources), row)
        if wanted.get(row.locale, 0) > wanted.get(best.locale, 0):
            found[row.source, row.former_sources] = row
    return [
        NamedPartner(row.source, tuple(row.former_sources.split()), row.name)
        for row in found.values()
    ]
