"""A text of campaign copy as blocks, each of which is translated by itself, and what stands around them.

A block is a heading, a paragraph, an item of a list or a paragraph of a quote, without the signs that
make it one: who translates can not break what they do not see. Those, the lines of `:::` and all space
between blocks are the skeleton, which stays as it is, byte by byte.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from markdown_it.token import Token

from campaign_actions.core.content.markdown_parser import parser

LINE = re.compile(r"([^\r\n]*)(\r\n?|\n|\Z)")
BLOCK_START = re.compile(  # what begins a block when a line begins with it
    r"#{1,6}(?=[ \t]|$)|>|[-+*](?=[ \t]|$)|:{3}|\[[^\]\n]*\]:"
    r"|([-*_])[ \t]*(?:\1[ \t]*){2,}$|(?:=+|-+)[ \t]*$"
)
LIST_NUMBER = re.compile(
    r"(\d{1,9})(\\?)([.)])(?=[ \t]|$)"
)  # "21. März" would be the item of a list
CLOSING_HASHES = re.compile(r"(?<=[ \t])(\\?)(#+)$")  # at the end of a heading
NOT_MARGIN = re.compile(r"[^>\s]")


@dataclass(frozen=True)
class Block:
    """What is translated by itself. `inside`: the name of the `:::` it stands in, if any."""

    text: str
    kind: str  # heading, paragraph, item or quote
    inside: str
    tag: str  # h2, h3, … or p

    @property
    def shape(self) -> tuple[str, str, str]:
        """What it has in common with its translations."""
        return (self.kind, self.tag, self.inside)


@dataclass(frozen=True)
class _Place:
    """Where a block stands, and what its lines begin with but the first."""

    block: Block
    start: int
    end: int
    margin: str


def split(text: str) -> list[str]:
    """The blocks of a text, in their order."""
    return [block.text for block in blocks(text)]


def blocks(text: str) -> tuple[Block, ...]:
    return tuple(place.block for place in _places(text))


def compose(text: str, translate: Callable[[str], str | None]) -> str | None:
    """The text with each block replaced; None if there is no translation of one."""
    return compose_blocks(text, [translate(block.text) for block in blocks(text)])


def compose_blocks(text: str, translations: Sequence[str | None]) -> str | None:
    """As compose(), with the translations in the order of the blocks."""
    parts, done = [], 0
    for place, translation in zip(_places(text), translations, strict=True):
        if translation is None or not translation.strip():
            return None
        parts.append(text[done : place.start])
        parts.append(_written(place, translation, text))
        done = place.end
    return "".join([*parts, text[done:]])


def escape_paragraph(text: str) -> str:
    """A block so that Markdown takes it for a paragraph, whatever it begins with."""
    return "\n".join(map(_escaped, _lines(text)))


def escape_numbers(text: str) -> str:
    """Days and years at the beginning of a line are none in any language: no message is such a list."""
    return "\n".join(map(_unnumbered, text.split("\n")))


def normalize_block(text: str, kind: str) -> str:
    """A block as it is found again, once it stands in a text."""
    if kind == "heading":
        return CLOSING_HASHES.sub(r"\2", _bare(" ".join(_lines(text))))
    return "\n".join(map(_bare, _lines(text)))


def _written(place: _Place, translation: str, text: str) -> str:
    if translation == place.block.text:
        return text[place.start : place.end]
    if place.block.kind == "heading":
        return CLOSING_HASHES.sub(r"\\\2", _escaped(" ".join(_lines(translation))))
    return escape_paragraph(translation).replace("\n", f"\n{place.margin}")


def _lines(text: str) -> list[str]:
    """No empty one: it would end the block. Two spaces at the end of a line mean a break."""
    lines = (line.lstrip() for line in re.split(r"\r\n?|\n", text.strip()))
    return [line for line in lines if line]


def _escaped(line: str) -> str:
    if BLOCK_START.match(line):
        return f"\\{line}"
    return _unnumbered(line)


def _unnumbered(line: str) -> str:
    return LIST_NUMBER.sub(r"\1\\\3", line, count=1) if LIST_NUMBER.match(line) else line


def _bare(line: str) -> str:
    if line.startswith("\\") and BLOCK_START.match(line[1:]):
        return line[1:]
    return LIST_NUMBER.sub(r"\1\3", line, count=1) if LIST_NUMBER.match(line) else line


@lru_cache(maxsize=2048)
def _places(text: str) -> tuple[_Place, ...]:
    lines = [found.span(1) for found in LINE.finditer(text)]
    seen = text.replace("\0", "\N{REPLACEMENT CHARACTER}")  # as the parser sees it
    found = (_place(seen, lines, *one) for one in _inline(text))
    return tuple(place for place in found if place)


def _inline(text: str) -> Iterator[tuple[Token, str, str, str]]:
    """The tokens that hold words, with the kind, the tag and the `:::` of each."""
    around: list[str] = []
    tokens = parser.parse(text)
    for before, token in zip([None, *tokens], tokens, strict=False):
        name = token.type.removesuffix("_open").removesuffix("_close")
        if token.nesting == 1:
            around.append(name)
        elif token.nesting == -1:
            around.pop()
        elif before and token.type == "inline":
            yield token, _kind(around), before.tag, _container(around)


def _kind(around: Sequence[str]) -> str:
    if around[-1] == "heading":
        return "heading"
    kinds = {"list_item": "item", "blockquote": "quote"}
    return next((kinds[name] for name in reversed(around) if name in kinds), "paragraph")


def _container(around: Sequence[str]) -> str:
    named = (name for name in reversed(around) if name.startswith("container_"))
    return next(named, "").removeprefix("container_")


def _place(
    text: str, lines: list[tuple[int, int]], token: Token, kind: str, tag: str, inside: str
) -> _Place | None:
    """Where the words of a token stand; None if there is nothing to see in them."""
    words = [line.strip() for line in token.content.split("\n")]
    first, last = token.map or (0, 0)
    if not any(words):
        return None
    for number in range(first, last - len(words) + 1):
        ours = lines[number : number + len(words)]
        starts = [_find(text, *line, its) for line, its in zip(ours, words, strict=True)]
        if None not in starts:
            spans = [(start or 0, end) for start, (_, end) in zip(starts, ours, strict=True)]
            spans[-1] = (spans[-1][0], spans[-1][0] + len(words[-1]))
            said = "\n".join(text[start:end] for start, end in spans)
            block = Block(normalize_block(said, kind), kind, inside, tag)
            margins = [text[line:start] for (line, _), (start, _) in zip(ours, spans, strict=True)]
            return _Place(block, spans[0][0], spans[-1][1], _margin(margins))
    raise AssertionError("words that are not in their lines")


def _find(text: str, start: int, end: int, words: str) -> int | None:
    """Where the words begin that a line ends with; a heading may end with more `#`."""
    pattern = re.compile(re.escape(words) + r"(?:[ \t]+#+)?\s*$")
    found = pattern.search(text[start:end])
    return start + found.start() if found else None


def _margin(margins: Sequence[str]) -> str:
    """What a further line of the same block begins with."""
    return margins[1] if len(margins) > 1 else NOT_MARGIN.sub(" ", margins[0])
