"""The structure of campaign copy: a translation has the same blocks as its source."""

from collections import Counter
from collections.abc import Iterator

from markdown_it.token import Token

from campaign_actions.core.content.blocks import escape_numbers
from campaign_actions.core.content.markdown_parser import parse
from campaign_actions.core.i18n.message import Issue, Message

KINDS = {
    "bullet_list_open": "list",
    "ordered_list_open": "list",
    "list_item_open": "item",
    "blockquote_open": "quote",
    "paragraph_open": "paragraph",
    "hr": "line",
}
FENCE = ":::"
EMPHASIS = {"em_open": "emphasis", "strong_open": "bold", "code_inline": "code"}


def structure_issues(message: Message, text: str) -> Iterator[Issue]:
    is_item = message.markup == "item"
    ours, theirs = _Structure(message.model, is_item=is_item), _Structure(text, is_item=is_item)
    foreign, missing = theirs.kinds - ours.kinds, ours.kinds - theirs.kinds
    if foreign:
        yield Issue("structure_foreign", {"kinds": sorted(foreign)})
    if missing:
        yield Issue("structure_missing", {"kinds": sorted(missing)})
    if not foreign and not missing and ours.blocks != theirs.blocks:
        yield Issue("structure_order", {})
    if extra := theirs.emphasis - ours.emphasis:
        yield Issue("emphasis_foreign", {"kinds": sorted(extra)})
    if ours.heads != theirs.heads and not foreign and not missing:
        yield Issue("emphasis_missing", {})


class _Structure:
    def __init__(self, text: str, *, is_item: bool) -> None:
        """`is_item`: the text is one item of a list, without its bullet."""
        tokens = parse(escape_numbers(text))
        inline = [token.children or [] for token in tokens if token.type == "inline"]
        blocks = [token for token in tokens if token.nesting >= 0 and token.type != "inline"]
        fences = ["block" for line in text.splitlines() if line.lstrip().startswith(FENCE)]
        self.blocks = [(token.type, token.tag, token.level) for token in blocks]
        self.kinds = Counter(_kind(token) for token in blocks if not token.hidden)
        self.kinds += Counter(fences)
        self.emphasis = {
            EMPHASIS[token.type] for tokens in inline for token in tokens if token.type in EMPHASIS
        }
        heads = inline[:1] if is_item else _list_items(tokens)
        self.heads = [_outer_emphasis(children) for children in heads]


def _kind(token: Token) -> str:
    """One of KINDS, or `h1` to `h6`."""
    return token.tag if token.type == "heading_open" else KINDS.get(token.type, "block")


def _list_items(tokens: list[Token]) -> Iterator[list[Token]]:
    """The first paragraph of each item. In our blocks, bold at its start or end has a meaning."""
    for number, token in enumerate(tokens):
        if token.type == "inline" and tokens[number - 2].type == "list_item_open":
            yield token.children or []


def _outer_emphasis(children: list[Token]) -> tuple[str, str]:
    filled = [token for token in children if token.type != "text" or token.content.strip()]
    first, last = (filled[0].type, filled[-1].type) if filled else ("", "")
    return (
        first if first in {"strong_open", "em_open"} else "",
        last if last in {"strong_close", "em_close"} else "",
    )
