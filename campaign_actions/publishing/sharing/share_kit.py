"""The links of a public action by channel, and texts to post."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from campaign_actions.actions.counts.states.figures import States, read_by_source
from campaign_actions.actions.queries import PublicAction
from campaign_actions.campaigns.models import ChannelName
from campaign_actions.campaigns.source_names import NEWSLETTER, POSTER, WEBSITE, SourceNames
from campaign_actions.core.sharing.links import channels_of, with_source
from campaign_actions.core.urls import public_url_for
from campaign_actions.publishing.sharing.channels import named_channels, source_for

POST_LENGTH = 280  # characters: the shortest limit of the networks


@dataclass(frozen=True)
class ChannelLink:
    """A link by one channel. `figures`: of the people who came by it, in all languages.

    `is_own`: staff have named it, so they can rename and remove it. `is_known`: false for a source that is
    only in addresses that people used, such as a mistyped one.
    """

    source: str
    label: str
    address: str
    figures: States
    is_own: bool = False
    is_new: bool = False
    is_known: bool = True

    @property
    def count(self) -> int:
        return max(0, self.figures.confirmed)


@dataclass(frozen=True)
class Post:
    """A text to post. `words`: before the address, with the space or line between."""

    words: str
    address: str

    @property
    def text(self) -> str:
        return f"{self.words}{self.address}"


@dataclass(frozen=True)
class ShareKit:
    """Of one action in one language. `links`: those with the most confirmed first, but a new one before.

    `post`: for a feed; `short_post`: within POST_LENGTH if possible. Both are in the organisation's words:
    the text that people share says that they have taken part. `post_channel`: the channel whose link they
    have; empty: the plain address. `removed`: channels that are no longer offered.
    """

    action: PublicAction
    address: str
    links: tuple[ChannelLink, ...]
    post: Post
    short_post: Post
    sites: Mapping[str, str]  # channels of other sites, with their labels
    post_channel: str = ""
    removed: Sequence[ChannelLink] = ()


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
    links, removed = _links(action, address, names, known=known, own=own, new_source=new_source)
    labels = {link.source: link.label for link in links if link.is_known}
    post_channel = post_channel if post_channel in labels else ""
    posted = with_source(address, post_channel) if post_channel else address
    return ShareKit(
        action,
        address,
        links,
        post=_post(action, posted),
        short_post=_short_post(action, posted),
        sites={name: labels[name] for name in (WEBSITE, *names.partners)},
        post_channel=post_channel,
        removed=removed,
    )


def _links(
    action: PublicAction,
    address: str,
    names: SourceNames,
    *,
    known: Mapping[str, str],
    own: Sequence[ChannelName],
    new_source: str,
) -> tuple[tuple[ChannelLink, ...], tuple[ChannelLink, ...]]:
    """Those to show, and those of channels that are removed."""
    usual = (NEWSLETTER, *channels_of(action.locale), WEBSITE, *names.partners, POSTER)
    removed = {one.source for one in own if one.removed_at}
    kept = [one.source for one in own if not one.removed_at]
    named = {*usual, *kept, *removed, new_source}
    figures = read_by_source(action.id, named, former=names.former)
    others = (source for source in figures if source not in removed)
    shown = dict.fromkeys(filter(None, (*usual, *kept, new_source, *others)))

    def link(source: str) -> ChannelLink:
        return ChannelLink(
            source,
            known.get(source, source),
            with_source(address, source),
            figures.get(source, States()),
            is_own=source in kept and source not in usual,
            is_new=source == new_source,
            is_known=source in known,
        )

    links = sorted(map(link, shown), key=lambda link: (not link.is_new, -link.count))
    folded = (link(one.source) for one in own if one.source in removed - shown.keys())
    return tuple(links), tuple(folded)


def _post(action: PublicAction, address: str) -> Post:
    lines = filter(None, (action.title, action.teaser, action.button))
    return Post("".join(f"{line}\n" for line in lines), address)


def _short_post(action: PublicAction, address: str) -> Post:
    posts = [Post(f"{text} ", address) for text in (action.teaser, action.title) if text]
    return next((post for post in posts if len(post.text) <= POST_LENGTH), posts[-1])


def address_of(action: PublicAction) -> str:
    return public_url_for(
        "actions.show",
        locale=action.locale,
        campaign_slug=action.campaign_slug,
        action_slug=action.slug,
    )
