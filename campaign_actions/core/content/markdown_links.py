"""Finds links in campaign copy, and broken ones."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

from campaign_actions.core.content.markdown_parser import inline_tokens

# Addresses that stand for another one (RFC 2606). Campaigns and updates must not be public with them.
EXAMPLE_ADDRESS = r"(?:(?:https?:)?//)+(?:www\.)?example\.(?:org|com|net)\b"
BARE_EXAMPLE = re.compile(
    r"(?<![\w@.-])(?:(?:https?:)?//)*(?:www\.)?example\.(?:org|com|net)(?![\w-]|\.\w)[^\s<>()\[\]\"“”«»]*",
    re.IGNORECASE,
)
AUTHORITY = re.compile(r"(?:https?:)?//([^/?#\\]+)", re.IGNORECASE)
_LABEL = r"[^\s!-,./:-@\[-^`{-~]+"  # letters of any alphabet, digits, hyphens and underscores
HOST = re.compile(
    rf"(?:[^@]*@)?(?:{_LABEL}(?:\.{_LABEL})+\.?|localhost|\[[0-9a-f:.]+\])(?::\d{{1,5}})?",
    re.IGNORECASE,
)
BROKEN_LINK = re.compile(r"\[[^\]\n]*\]\s?\([^)\n]*\)?|\]\([^)\n]*\)?")


@dataclass(frozen=True)
class Links:
    """`addresses`: the URLs of all links, in order, as written.

    `broken`: unclosed brackets, or a URL with a scheme that is not allowed.
    """

    addresses: tuple[str, ...]
    broken: tuple[str, ...]


def find_example_addresses(text: str) -> Iterator[str]:
    """Addresses that stand for another one, also where they do not become links."""
    if "example." in text.lower():  # because the pattern takes long
        yield from (found[0].rstrip(".,:;!?") for found in BARE_EXAMPLE.finditer(text))


def is_malformed(address: str) -> bool:
    """Whether no site can have this address, as in https://https://…; without a host, it is unfinished."""
    authority = AUTHORITY.match(address)
    return authority is not None and HOST.fullmatch(authority[1]) is None


@lru_cache(maxsize=1024)
def find_links(text: str) -> Links:
    """Cached, because pages ask for it every time they are opened."""
    tokens = inline_tokens(text)
    opened = (token.attrGet("href") for token in tokens if token.type == "link_open")
    texts = (token.content for token in tokens if token.type == "text")
    return Links(
        addresses=tuple(unquote(str(address or "")) for address in opened),
        broken=tuple(found[0] for text in texts for found in BROKEN_LINK.finditer(text)),
    )
