"""The parser for the Markdown of campaign copy."""

from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.container import container_plugin

from campaign_actions.core.content.block_names import ALIASES, BLOCKS, name_of


def parse(text: str, environment: dict[str, Any] | None = None) -> list[Token]:
    """The tokens of a text. `environment` receives its link references, as in markdown-it."""
    # Without a line break at the end, the container plugin may read beyond the end of the text.
    return parser.parse(f"{text}\n", environment)


def inline_tokens(text: str) -> list[Token]:
    """The text, links and emphasis in all paragraphs, headings and list items."""
    return [child for token in parse(text) for child in token.children or ()]


def _make_parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False})
    parser.disable(["code", "fence", "image", "html_block", "html_inline"])
    for block in BLOCKS:
        parser.use(container_plugin, name=block, validate=_is_named(block))
    return parser


def _is_named(block: str) -> object:
    return lambda parameters, _markup: _block_named(name_of(parameters.strip())) == block


def _block_named(name: str) -> str:
    return ALIASES.get(name, name)


parser = _make_parser()
