"""Reading campaign copy: the Markdown that writers may use, and the links in it."""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.container import container_plugin

BLOCKS = ("points", "facts", "timeline", "partners", "steps")
NO_LINK = re.compile(r"\[[^\]\n]*\]\s?\([^)\n]*\)?|\]\([^)\n]*\)?")


def links_in(text: str) -> list[str]:
    """The addresses of all links in a text, in their order, as they were written."""
    return [
        unquote(str(child.attrGet("href") or ""))
        for child in _inline(text)
        if child.type == "link_open"
    ]


def broken_links_in(text: str) -> list[str]:
    """What looks like a link and is none: brackets that are not closed, or an address nobody may follow."""
    words = (child.content for child in _inline(text) if child.type == "text")
    return [found[0] for word in words for found in NO_LINK.finditer(word)]


def _inline(text: str) -> Iterator[Token]:
    for token in parser.parse(text):
        yield from token.children or ()


def _make_parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False})
    parser.disable(["code", "fence", "image", "html_block", "html_inline"])
    for block in BLOCKS:
        parser.use(container_plugin, name=block, validate=_is_named(block))
    return parser


def _is_named(block: str) -> object:
    return lambda parameters, _markup: parameters.strip() == block


parser = _make_parser()
