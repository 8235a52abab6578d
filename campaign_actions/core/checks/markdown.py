"""The structure of campaign copy: a translation has the blocks of its source, and no others."""

from collections import Counter
from collections.abc import Iterator

from markdown_it.token import Token

from campaign_actions.core.copy_parser import parser
from campaign_actions.core.messages import Fault, Message

KINDS = {  # what a person would call it
    "heading_open": "heading",
    "bullet_list_open": "list",
    "ordered_list_open": "list",
    "list_item_open": "item",
    "blockquote_open": "quote",
    "paragraph_open": "paragraph",
    "hr": "line",
}
FENCE = ":::"
EMPHASIS = {"em_open": "emphasis", "strong_open": "bold", "code_inline": "code"}

Block = tuple[str, str, int]


def structure_faults(message: Message, text: str) -> Iterator[Fault]:
    ours, theirs = _Structure(message.model), _Structure(text)
    foreign, missing = theirs.kinds - ours.kinds, ours.kinds - theirs.kinds
    if foreign:
        yield Fault("structure_foreign", {"kinds": _named(foreign)})
    if missing:
        yield Fault("structure_missing", {"kinds": _named(missing)})
    if not foreign and not missing and ours.blocks != theirs.blocks:
        yield Fault("structure_order", {})
    if extra := theirs.emphasis - ours.emphasis:
        yield Fault("emphasis_foreign", {"kinds": sorted(extra)})
    if ours.heads != theirs.heads and not foreign and not missing:
        yield Fault("emphasis_missing", {})


class _Structure:
    def __init__(self, text: str) -> None:
        tokens = parser.parse(text)
        inline = [token.children or [] for token in tokens if token.type == "inline"]
        self.blocks = [_block(token) for token in tokens if token.nesting >= 0 and token.block]
        self.blocks += [("fence", "", 0) for line in text.splitlines() if _is_fence(line)]
        self.kinds = Counter((kind, tag) for kind, tag, _level in self.blocks if kind != "inline")
        self.emphasis = {
            EMPHASIS[token.type] for tokens in inline for token in tokens if token.type in EMPHASIS
        }
        self.heads = [_ends(children) for children in _in_lists(tokens)]


def _block(token: Token) -> Block:
    return (token.type, token.tag, token.level)


def _is_fence(line: str) -> bool:
    return line.lstrip().startswith(FENCE)


def _in_lists(tokens: list[Token]) -> Iterator[list[Token]]:
    """The first words of each item: what they begin and end with has a meaning in our blocks."""
    for number, token in enumerate(tokens):
        if token.type == "inline" and tokens[number - 2].type == "list_item_open":
            yield token.children or []


def _ends(children: list[Token]) -> tuple[str, str]:
    filled = [token for token in children if token.type != "text" or token.content.strip()]
    first, last = (filled[0].type, filled[-1].type) if filled else ("", "")
    return (
        first if first in {"strong_open", "em_open"} else "",
        last if last in {"strong_close", "em_close"} else "",
    )


def _named(kinds: Counter[tuple[str, str]]) -> list[str]:
    return sorted({KINDS.get(kind, "block") for kind, _tag in kinds})
