"""The names of sources: of the channels that share links have, of partners, and those that staff gave."""

from collections.abc import Collection, Mapping
from functools import cached_property
from hashlib import sha256

from flask_babel import gettext as _
from sqlalchemy import select

from campaign_actions.campaigns.models import ChannelName, Partner, PartnerText
from campaign_actions.core.content.slugs import suggest_slug
from campaign_actions.core.db.name_sounds import in_latin_letters
from campaign_actions.core.db.session import db
from campaign_actions.core.sharing.links import CHANNELS

MAX_SOURCE_LENGTH = 40  # as in SOURCE_PATTERN
CUT_LENGTHS = (40, 12)  # a slug has whole words, so a long word is cut before
NEWSLETTER, WEBSITE, POSTER = "newsletter", "website", "poster"


class SourceNames:
    """Of some campaigns, in the language of the page; read when the first is asked for.

    A name that only some of the campaigns use is shown for all of them.
    """

    def __init__(self, campaign_ids: Collection[int]) -> None:
        self._campaign_ids = campaign_ids

    def name(self, source: str) -> str:
        """Its name, or the source itself."""
        return self.labels.get(source, source) if source else ""

    def find(self, typed: str) -> str:
        """The source that someone typed, or whose name; anything else as it is."""
        return typed if typed in self.labels else self._by_name.get(typed.casefold(), typed)

    def typed(self, source: str) -> str:
        """As a field shows it: the name if that finds it again."""
        name = self.name(source)
        return name if self.find(name) == source else source

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """By source. Sources without a name are missing."""
        return _labels(self._campaign_ids)

    @cached_property
    def _by_name(self) -> Mapping[str, str]:
        return {name.casefold(): source for source, name in self.labels.items()}


def _labels(campaign_ids: Collection[int]) -> dict[str, str]:
    named = dict(_given_names(campaign_ids))
    named |= {
        source: _("Partner: %(name)s", name=name)
        for name in _partner_names(campaign_ids)
        if (source := source_from(name))
    }
    channels = {name: str(channel.label) for name, channel in CHANNELS.items()}
    usual = {NEWSLETTER: _("Newsletter"), WEBSITE: _("Other website"), POSTER: _("Poster")}
    return named | channels | usual


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


def _given_names(campaign_ids: Collection[int]) -> list[tuple[str, str]]:
    if not campaign_ids:
        return []
    names = select(ChannelName.source, ChannelName.name).where(
        ChannelName.campaign_id.in_(campaign_ids)
    )
    rows = db.session.execute(names.order_by(ChannelName.name, ChannelName.campaign_id))
    return [(source, name) for source, name in rows]


def _partner_names(campaign_ids: Collection[int]) -> Collection[str]:
    if not campaign_ids:
        return ()
    names = select(PartnerText.name).join(Partner).where(Partner.campaign_id.in_(campaign_ids))
    return db.session.scalars(names.order_by(Partner.position, PartnerText.locale)).all()
