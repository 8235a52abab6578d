"""Texts to post about a public action, and links that open a service with them filled in."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from campaign_actions.actions.queries import PublicAction
from campaign_actions.campaigns.source_names import NETWORKS
from campaign_actions.core.sharing.links import (
    CHANNELS,
    ShareLink,
    channels_of,
    share_link,
    with_source,
)

POST_LIMITS = {"x": 280, "bluesky": 300, "mastodon": 500}  # characters in a post, by channel
POST_LENGTH = 280  # characters: the shortest limit of the networks
# What a link counts for, however long it is (docs.x.com, "Counting characters"; docs.joinmastodon.org,
# "Posting"). Elsewhere it counts in full.
LINK_LENGTHS = {"x": 23, "mastodon": 23}


@dataclass(frozen=True)
class Post:
    """A text to post. `words`: before the address, with the space or line between.

    `ways`: links that open a service with the text filled in.
    """

    words: str
    address: str
    ways: Sequence[ShareLink] = ()

    @property
    def text(self) -> str:
        return f"{self.words}{self.address}"

    def length_in(self, channel: str) -> int:
        """In characters, as this channel counts them."""
        return len(self.words) + LINK_LENGTHS.get(channel, len(self.address))


def make_posts(action: PublicAction, address: str, channel: str) -> tuple[Post, Post]:
    """For a feed, and a short one. `channel`: whose link they have; "": the plain address."""
    posted = with_source(address, channel) if channel else address
    posts = (_post(action, posted), _short_post(action, posted))
    feed, short = (_with_ways(post, action, address, channel) for post in posts)
    return feed, short


def _post(action: PublicAction, address: str) -> Post:
    paragraphs = filter(None, (action.title, action.teaser, action.button))
    return Post("\n\n".join(paragraphs) + "\n", address)


def _short_post(action: PublicAction, address: str) -> Post:
    posts = [Post(f"{text} ", address) for text in (action.teaser, action.title) if text]
    return next((post for post in posts if len(post.text) <= POST_LENGTH), posts[-1])


def _with_ways(post: Post, action: PublicAction, address: str, channel: str) -> Post:
    """By the services of the language that take a text of this length.

    A link has the channel of its service, unless staff have chosen another kind of channel, such as a group.
    """
    is_service = channel in ("", *CHANNELS, *NETWORKS)
    pages = {
        name: with_source(address, name) if is_service else post.address
        for name in channels_of(action.locale)
    }
    ways = [
        share_link(name, page, title=action.title, text=post.words.strip())
        for name, page in pages.items()
        if replace(post, address=page).length_in(name) <= POST_LIMITS.get(name, math.inf)
    ]
    return replace(post, ways=ways)
