"""The parser for the Markdown of campaign copy."""

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.container import container_plugin

BLOCKS = ("points", "facts", "timeline", "partners", "steps")


def inline_tokens(text: str) -> list[Token]:
    """The text, links and emphasis in all paragraphs, headings and list items."""
    return [child for token in parser.parse(text) for child in token.children or ()]


def _make_parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False})
    parser.disable(["code", "fence", "image", "html_block", "html_inline"])
    for block in BLOCKS:
        parser.use(container_plugin, name=block, validate=_is_named(block))
    return parser


def _is_named(block: str) -> object:
    return lambda parameters, _markup: parameters.strip() == block


parser = _make_parser()
