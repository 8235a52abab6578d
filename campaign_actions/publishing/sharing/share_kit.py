"""The links of a public action by channel, and texts to post."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from campaign_actions.actions.counts.statistics import count_by_source
from campaign_actions.actions.queries import PublicAction
from campaign_actions.campaigns.models import Partner, PartnerText
from campaign_actions.campaigns.source_names import (
    NEWSLETTER,
    POSTER,
    WEBSITE,
    SourceNames,
    named_sources,
    source_from,
)
from campaign_actions.core.db.session import db
from campaign_actions.core.sharing.links import channels_of, with_source
from campaign_actions.core.urls import public_url_for

POST_LENGTH = 280  # characters: the shortest limit of the networks
NO_CHANNEL_NAME = _l("Enter a name with letters or digits, for example “Radio interview”.")


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
    known = dict(SourceNames((action.campaign_id,)).labels)
    partners = _partner_sources(action.campaign_id, action.locale)
    if source := source_from(new_channel):
        known.setdefault(source, new_channel.strip())
    shown = (
        *(NEWSLETTER, *channels_of(action.locale), WEBSITE, *partners, POSTER),
        *named_sources(action.campaign_id),
        *([source] if source else []),
        *counts,
    )
    labels = {source: known.get(source, source) for source in shown}
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


def _partner_sources(campaign_id: int, locale: str) -> list[str]:
    names = select(PartnerText.name).join(Partner).where(Partner.campaign_id == campaign_id)
    in_order = names.where(PartnerText.locale == locale).order_by(Partner.position)
    return list(filter(None, map(source_from, db.session.scalars(in_order))))
