"""The links of a public action by channel, and texts to post."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from campaign_actions.actions.counts.states.figures import (
    States,
    read_all_by_action,
    read_by_source,
    states_without,
)
from campaign_actions.actions.counts.states.source_languages import (
    read_all_in_language,
    read_sources_in_language,
)
from campaign_actions.actions.queries import PublicAction
from campaign_actions.campaigns.models import ChannelName
from campaign_actions.campaigns.source_names import (
    NETWORKS,
    NEWSLETTER,
    POSTER,
    WEBSITE,
    SourceNames,
)
from campaign_actions.core.sharing.links import CHANNELS, channels_of, with_source
from campaign_actions.core.urls import public_url_for
from campaign_actions.publishing.sharing.channels import named_channels, source_for
from campaign_actions.publishing.sharing.posts import POST_LIMITS, Post, make_posts

NO_SOURCE = ""
NOBODY = States()


@dataclass(frozen=True, kw_only=True)
class Counted:
    """People in each state. `figures`: in all languages; `in_language`: in the one of the links."""

    figures: States = NOBODY
    in_language: States = NOBODY

    @property
    def count(self) -> int:
        return max(0, self.figures.confirmed)

    @property
    def count_in_language(self) -> int:
        return max(0, self.in_language.confirmed)


@dataclass(frozen=True)
class ChannelLink(Counted):
    """A link by one channel, and the people who came by it.

    `is_own`: staff can rename and remove it. `is_known`: false for a source that is only in addresses
    that people used, such as a mistyped one.
    """

    source: str
    label: str
    address: str
    is_own: bool = False
    is_new: bool = False
    is_known: bool = True


@dataclass(frozen=True)
class ShareKit:
    """Of one action in one language. `links`: those with the most confirmed in it, but a new one before.

    `post`: for a feed; `short_post`: short enough for each network if possible. Both are in the
    organisation's words: the text that people share says that they have taken part. `post_channel`: the
    channel whose link they have; empty: the plain address. `removed`: channels that are no longer offered.

    `total`: of the action. Of it, `unknown` came without a channel, and `others` by channels that are
    not in `links`, such as removed ones.
    """

    action: PublicAction
    address: str
    links: tuple[ChannelLink, ...]
    post: Post
    short_post: Post
    sites: Mapping[str, str]  # channels of other sites, with their labels
    post_channel: str = ""
    removed: Sequence[ChannelLink] = ()
    total: Counted = Counted()
    unknown: Counted = Counted()
    others: Counted = Counted()

    @property
    def post_limit(self) -> int | None:
        """How many characters the channel of the texts takes, if it is a network with a limit."""
        return POST_LIMITS.get(self.post_channel)


def make_share_kit(
    action: PublicAction, *, new_channel: str = "", new_source: str = "", post_channel: str = ""
) -> ShareKit:
    """`new_channel`: the name of one more channel, which is not kept. `new_source`: the one just named.

    `post_channel`: the channel of the texts to post; one that is unknown counts as none.
    """
    address = address_of(action)
    own = named_channels(action.campaign_id)
    names = SourceNames((action.campaign_id,))
    known = dict(names.labels)
    if new_channel:
        new_source = source_for(new_channel, own)
        known.setdefault(new_source, new_channel.strip())
    links, removed, unknown = _links(
        action, address, names, known=known, own=own, new_source=new_source
    )
    total = _total(action)
    labels = {link.source: link.label for link in links if link.is_known}
    post_channel = post_channel if post_channel in labels else ""
    post, short_post = make_posts(action, address, post_channel)
    return ShareKit(
        action,
        address,
        links,
        post=post,
        short_post=short_post,
        sites={name: labels[name] for name in (WEBSITE, *names.partners)},
        post_channel=post_channel,
        removed=removed,
        total=total,
        unknown=unknown,
        others=_without(total, (*links, unknown)),
    )


def listed_sources(locale: str, names: SourceNames, own: Iterable[ChannelName]) -> tuple[str, ...]:
    """Of the channels that the table has in a language, even if nobody has come by their links."""
    kept = (one.source for one in own if not one.removed_at)
    return (*_usual(locale, names), *kept)


def _usual(locale: str, names: SourceNames) -> tuple[str, ...]:
    """The same in every language; those that its public pages offer come first."""
    networks = dict.fromkeys((*channels_of(locale), *CHANNELS, *NETWORKS))
    return (NEWSLETTER, *networks, WEBSITE, *names.partners, POSTER)


def _links(
    action: PublicAction,
    address: str,
    names: SourceNames,
    *,
    known: Mapping[str, str],
    own: Sequence[ChannelName],
    new_source: str,
) -> tuple[tuple[ChannelLink, ...], tuple[ChannelLink, ...], Counted]:
    """Those to show, those of channels that are removed, and the people without a channel."""
    usual = _usual(action.locale, names)
    removed = {one.source for one in own if one.removed_at}
    kept = [one.source for one in own if not one.removed_at]
    named = {*usual, *kept, *removed, new_source, NO_SOURCE}
    figures = read_by_source(action.id, named, former=names.former)
    in_language = read_sources_in_language(
        action.id, action.locale, {*named, *figures}, former=names.former
    )
    others = (source for source in figures if source not in removed)
    shown = dict.fromkeys(filter(None, (*usual, *kept, new_source, *others)))

    def link(source: str) -> ChannelLink:
        return ChannelLink(
            source,
            known.get(source, source),
            with_source(address, source),
            is_own=source not in usual and (source in kept or source not in known),
            is_new=source == new_source,
            is_known=source in known,
            **counted(source),
        )

    def counted(source: str) -> dict[str, States]:
        return {
            "figures": figures.get(source, NOBODY),
            "in_language": in_language.get(source, NOBODY),
        }

    links = sorted(map(link, shown), key=_place)
    folded = (link(one.source) for one in own if one.source in removed - shown.keys())
    return tuple(links), tuple(folded), Counted(**counted(NO_SOURCE))


def _total(action: PublicAction) -> Counted:
    return Counted(
        figures=read_all_by_action([action.id])[action.id],
        in_language=read_all_in_language(action.id, action.locale),
    )


def _without(total: Counted, counted: Sequence[Counted]) -> Counted:
    return Counted(
        figures=states_without(total.figures, (one.figures for one in counted)),
        in_language=states_without(total.in_language, (one.in_language for one in counted)),
    )


def _place(link: ChannelLink) -> tuple[bool, int, int]:
    return not link.is_new, -link.count_in_language, -link.count


def address_of(action: PublicAction) -> str:
    return public_url_for(
        "actions.show",
        locale=action.locale,
        campaign_slug=action.campaign_slug,
        action_slug=action.slug,
    )
