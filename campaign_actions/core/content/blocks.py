"""Splits campaign copy into blocks that are translated one by one, and puts translations back.

A block is a heading, a paragraph, a list item or a paragraph of a quote, without its Markdown markers:
translators cannot break what they do not see. The markers, the lines of `:::` and all space between
blocks are the skeleton, which is kept byte by byte.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from markdown_it.token import Token

from campaign_actions.core.content.markdown_parser import parse

LINE = re.compile(r"([^\r\n]*)(\r\n?|\n|\Z)")
BLOCK_START = re.compile(  # a marker at the beginning of a line
    r"#{1,6}(?=[ \t]|$)|>|[-+*](?=[ \t]|$)|:{3}|\[[^\]\n]*\]:"
    r"|([-*_])[ \t]*(?:\1[ \t]*){2,}$|(?:=+|-+)[ \t]*$"
)
# "21. März" would be a list item
LIST_NUMBER = re.compile(r"(\d{1,9})(\\?)([.)])(?=[ \t]|$)")
CLOSING_HASHES = re.compile(r"(?<=[ \t])(\\?)(#+)$")  # at the end of a heading
NOT_MARGIN = re.compile(r"[^>\s]")


@dataclass(frozen=True)
class Block:
    """A unit of translation. `inside`: the name of the `:::` container around it, or ""."""

    text: str
    kind: str  # heading, paragraph, item or quote
    inside: str
    tag: str  # h2, h3, … or p

    @property
    def shape(self) -> tuple[str, str, str]:
        """The traits that it has to share with its translations."""
        return (self.kind, self.tag, self.inside)


@dataclass(frozen=True)
class _Span:
    """A block and its offsets. `margin`: what its lines after the first begin with."""

    block: Block
    start: int
    end: int
    margin: str


def split(text: str) -> list[str]:
    """The texts of all blocks, in order."""
    return [block.text for block in blocks(text)]


def blocks(text: str) -> tuple[Block, ...]:
    return tuple(span.block for span in _spans(text))


def compose(text: str, translate: Callable[[str], str | None]) -> str | None:
    """The text with each block translated; None if one has no translation."""
    return compose_blocks(text, [translate(block.text) for block in blocks(text)])


def compose_blocks(text: str, translations: Sequence[str | None]) -> str | None:
    """Like compose(), with the translations in the order of the blocks."""
    parts, end = [], 0
    for span, translation in zip(_spans(text), translations, strict=True):
        if translation is None or not translation.strip():
            return None
        parts.append(text[end : span.start])
        parts.append(_as_markdown(span, translation, text))
        end = span.end
    return "".join([*parts, text[end:]])


def escape_paragraph(text: str) -> str:
    """A text escaped so that Markdown reads it as a paragraph, whatever it begins with."""
    return "\n".join(map(_escape_line, _lines(text)))


def escape_numbers(text: str) -> str:
    """Escape numbers at the beginning of lines, which are days and years: no message is a numbered list."""
    return "\n".join(map(_escape_number, text.split("\n")))


def normalize_block(text: str, kind: str) -> str:
    """The text of a block as blocks() will return it once it has been composed."""
    if kind == "heading":
        return CLOSING_HASHES.sub(r"\2", _unescape_line(" ".join(_lines(text))))
    return "\n".join(map(_unescape_line, _lines(text)))


def _as_markdown(span: _Span, translation: str, text: str) -> str:
    if translation == span.block.text:
        return text[span.start : span.end]
    if span.block.kind == "heading":
        return CLOSING_HASHES.sub(r"\\\2", _escape_line(" ".join(_lines(translation))))
    return escape_paragraph(translation).replace("\n", f"\n{span.margin}")


def _lines(text: str) -> list[str]:
    """Lines without empty ones, which would end the block; two spaces at the end mean a break."""
    lines = (line.lstrip() for line in re.split(r"\r\n?|\n", text.strip()))
    return [line for line in lines if line]


def _escape_line(line: str) -> str:
    if BLOCK_START.match(line):
        return f"\\{line}"
    return _escape_number(line)


def _escape_number(line: str) -> str:
    return LIST_NUMBER.sub(r"\1\\\3", line, count=1) if LIST_NUMBER.match(line) else line


def _unescape_line(line: str) -> str:
    if line.startswith("\\") and BLOCK_START.match(line[1:]):
        return line[1:]
    return LIST_NUMBER.sub(r"\1\3", line, count=1) if LIST_NUMBER.match(line) else line


@lru_cache(maxsize=2048)
def _spans(text: str) -> tuple[_Span, ...]:
    lines = [found.span(1) for found in LINE.finditer(text)]
    parsed = text.replace("\0", "\N{REPLACEMENT CHARACTER}")  # as the parser does
    found = (_span(parsed, lines, *one) for one in _inline(text))
    return tuple(span for span in found if span)


def _inline(text: str) -> Iterator[tuple[Token, str, str, str]]:
    """The inline tokens, with the kind, tag and container of their blocks."""
    parents: list[str] = []
    tokens = parse(text)
    for before, token in zip([None, *tokens], tokens, strict=False):
        name = token.type.removesuffix("_open").removesuffix("_close")
        if token.nesting == 1:
            parents.append(name)
        elif token.nesting == -1:
            parents.pop()
        elif before and token.type == "inline":
            yield token, _kind(parents), before.tag, _container(parents)


def _kind(parents: Sequence[str]) -> str:
    if parents[-1] == "heading":
        return "heading"
    kinds = {"list_item": "item", "blockquote": "quote"}
    return next((kinds[name] for name in reversed(parents) if name in kinds), "paragraph")


def _container(parents: Sequence[str]) -> str:
    named = (name for name in reversed(parents) if name.startswith("container_"))
    return next(named, "").removeprefix("container_")


def _span(
    text: str, lines: list[tuple[int, int]], token: Token, kind: str, tag: str, inside: str
) -> _Span | None:
    """Find the content of a token in the lines of its block; None if it is empty."""
    contents = [line.strip() for line in token.content.split("\n")]
    first, last = token.map or (0, 0)
    if not any(contents):
        return None
    for number in range(first, last - len(contents) + 1):
        candidates = lines[number : number + len(contents)]
        starts = [_find(text, *line, its) for line, its in zip(candidates, contents, strict=True)]
        if None not in starts:
            spans = [(start or 0, end) for start, (_, end) in zip(starts, candidates, strict=True)]
            spans[-1] = (spans[-1][0], spans[-1][0] + len(contents[-1]))
            found = "\n".join(text[start:end] for start, end in spans)
            block = Block(normalize_block(found, kind), kind, inside, tag)
            begins = zip(candidates, spans, strict=True)
            margins = [text[line:start] for (line, _), (start, _) in begins]
            return _Span(block, spans[0][0], spans[-1][1], _margin(margins))
    raise AssertionError("The content of a token is not in its lines.")


def _find(text: str, start: int, end: int, content: str) -> int | None:
    """The offset of `content` at the end of a line; a heading may have `#` after it."""
    pattern = re.compile(re.escape(content) + r"(?:[ \t]+#+)?\s*$")
    found = pattern.search(text[start:end])
    return start + found.start() if found else None


def _margin(margins: Sequence[str]) -> str:
    """The beginning of further lines of the block."""
    return margins[1] if len(margins) > 1 else NOT_MARGIN.sub(" ", margins[0])
