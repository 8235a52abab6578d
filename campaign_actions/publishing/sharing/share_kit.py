"""The links of a public action by channel, and texts to post."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from campaign_actions.actions.counts.statistics import count_by_source
from campaign_actions.actions.queries import PublicAction
from campaign_actions.campaigns.models import Partner, PartnerText
from campaign_actions.core.content.slugs import suggest_slug
from campaign_actions.core.db.name_sounds import in_latin_letters
from campaign_actions.core.db.session import db
from campaign_actions.core.sharing.links import channels_of, with_source
from campaign_actions.core.urls import public_url_for

POST_LENGTH = 280  # characters: the shortest limit of the networks
MAX_SOURCE_LENGTH = 40  # as in SOURCE_PATTERN
CUT_LENGTHS = (40, 12)  # a slug has whole words, so a long word is cut before
NO_CHANNEL_NAME = _l("Enter a name with letters or digits, for example “Radio interview”.")
WEBSITE = "website"  # the channel of sites that have no channel of their own


@dataclass(frozen=True)
class ChannelLink:
    """A link by one channel. `count`: people confirmed who came by it, in all languages."""

    source: str
    label: str
    address: str
    count: int


@dataclass(frozen=True)
class ShareKit:
    """Of one action in one language. `post`: for a feed; `short_post`: within POST_LENGTH if possible.

    Both are in the organisation's words: the text that people share says that they have taken part.
    `post_channel`: the channel whose link they have; empty: the plain address.
    """

    action: PublicAction
    address: str
    links: tuple[ChannelLink, ...]
    post: str
    short_post: str
    sites: Mapping[str, str]  # channels of other sites, with their labels
    post_channel: str = ""


def make_share_kit(
    action: PublicAction, *, new_channel: str = "", post_channel: str = ""
) -> ShareKit:
    """`new_channel`: the name of one more channel, as someone typed it.

    `post_channel`: the channel of the texts to post; one that is unknown counts as none.
    """
    address = address_of(action)
    counts = count_by_source(action.id)
    labels = {"newsletter": _("Newsletter"), **channels_of(action.locale)}
    partners = dict(_partners(action.campaign_id, action.locale))
    labels |= {WEBSITE: _("Other website"), **partners, "poster": _("Poster")}
    if source := source_from(new_channel):
        labels.setdefault(source, new_channel.strip())
    labels |= {source: source for source in counts if source not in labels}
    links = tuple(
        ChannelLink(source, label, with_source(address, source), counts.get(source, 0))
        for source, label in labels.items()
    )
    post_channel = post_channel if post_channel in labels else ""
    posted = with_source(address, post_channel) if post_channel else address
    return ShareKit(
        action,
        address,
        links,
        post="\n".join(filter(None, (action.title, action.teaser, action.button, posted))),
        short_post=_short_post(action, posted),
        sites={name: labels[name] for name in (WEBSITE, *partners)},
        post_channel=post_channel,
    )


def _short_post(action: PublicAction, address: str) -> str:
    posts = [f"{text} {address}" for text in (action.teaser, action.title) if text]
    return next((post for post in posts if len(post) <= POST_LENGTH), posts[-1])


def address_of(action: PublicAction) -> str:
    return public_url_for(
        "actions.show",
        locale=action.locale,
        campaign_slug=action.campaign_slug,
        action_slug=action.slug,
    )


def source_from(name: str) -> str:
    """The name of a channel as links carry it: `radio-interview`; "" if it has no letter and no digit.

    A name that cannot be written in Latin letters always gets the same neutral one: `link-b83a66`.
    """
    if not any(letter.isalnum() for letter in name):
        return ""
    written = in_latin_letters(name)
    shorter = (suggest_slug(written[:length], "") for length in (None, *CUT_LENGTHS))
    neutral = f"link-{sha256(name.strip().casefold().encode()).hexdigest()[:6]}"
    return next(filter(None, shorter), neutral)[:MAX_SOURCE_LENGTH].strip("-")


def _partners(campaign_id: int, locale: str) -> Iterable[tuple[str, str]]:
    names = select(PartnerText.name).join(Partner).where(Partner.campaign_id == campaign_id)
    in_order = names.where(PartnerText.locale == locale).order_by(Partner.position)
    for name in db.session.scalars(in_order):
        if source := source_from(name):
            yield source, _("Partner: %(name)s", name=name)
