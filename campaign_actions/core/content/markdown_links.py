"""The links in campaign copy, and what only looks like one."""

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

from campaign_actions.core.content.markdown_parser import inline_tokens

BROKEN_LINK = re.compile(r"\[[^\]\n]*\]\s?\([^)\n]*\)?|\]\([^)\n]*\)?")


@dataclass(frozen=True)
class Links:
    """`addresses`: of all links, in their order, as they were written.

    `broken`: brackets that are not closed, or an address that nobody may follow.
    """

    addresses: tuple[str, ...]
    broken: tuple[str, ...]


@lru_cache(maxsize=1024)
def find_links(text: str) -> Links:
    """A page asks for it each time that it is opened: a text is read once."""
    tokens = inline_tokens(text)
    opened = (token.attrGet("href") for token in tokens if token.type == "link_open")
    words = (token.content for token in tokens if token.type == "text")
    return Links(
        addresses=tuple(unquote(str(address or "")) for address in opened),
        broken=tuple(found[0] for word in words for found in BROKEN_LINK.finditer(word)),
    )
