"""Markdown in emails, as safe HTML and as readable plain text.

Headings, paragraphs, lists, quotes, links and emphasis. Raw HTML is shown as text, images as links.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import nh3
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode
from markupsafe import Markup

TAGS = set("h2 h3 h4 h5 h6 p a strong em code br hr ul ol li blockquote".split())  # noqa: SIM905
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto"}
MAX_UNDERLINE = 60  # characters of the line below a heading


class MailWords(NamedTuple):
    """A text in both parts of an email; both are empty if it is."""

    html: Markup
    text: str


def mail_words(text: str) -> MailWords:
    return MailWords(mail_html(text), mail_text(text))


def mail_html(text: str) -> Markup:
    """HTML for an email, whose subject is its h1."""
    tokens = _parser.parse(text)
    for token in tokens:
        if token.tag == "h1":
            token.tag = "h2"
    html = _parser.renderer.render(tokens, _parser.options, {})
    clean = nh3.clean(html, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel=None)
    return Markup(clean)  # noqa: S704 - cleaned one line above


def mail_text(text: str) -> str:
    """Plain text, with the URL of each link in brackets."""
    return _blocks(_tree(text))


def find_links(text: str) -> list[str]:
    """The URLs of all links, in order."""
    links = (node for node in _tree(text).walk() if node.type == "link")
    return [str(link.attrs.get("href", "")) for link in links]


def _make_parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False})
    return parser.disable(["code", "fence", "image", "html_block", "html_inline"])


_parser = _make_parser()


def _tree(text: str) -> SyntaxTreeNode:
    return SyntaxTreeNode(_parser.parse(text))


def _blocks(node: SyntaxTreeNode, between: str = "\n\n") -> str:
    return between.join(_block(child) for child in node.children)


def _block(node: SyntaxTreeNode) -> str:
    if node.type in {"bullet_list", "ordered_list"}:
        return _list(node)
    if node.type == "blockquote":
        return _indented(_blocks(node), "> ", "> ")
    if node.type == "hr":
        return "* * *"
    text = "".join(_inline(child) for child in node.children)
    if node.type == "heading":
        return f"{text}\n{'-' * min(len(text), MAX_UNDERLINE)}"
    return text


def _list(node: SyntaxTreeNode) -> str:
    """One item a line; with empty lines between them if the source has them."""
    is_tight = all(child.hidden for item in node.children for child in _paragraphs(item))
    between = "\n" if is_tight else "\n\n"
    items = zip(_markers(node), node.children, strict=False)
    return between.join(
        _indented(_blocks(item, between), marker, " " * len(marker)) for marker, item in items
    )


def _markers(node: SyntaxTreeNode) -> Iterator[str]:
    number = int(node.attrs.get("start", 1))
    while True:
        yield f"{number}. " if node.type == "ordered_list" else "- "
        number += 1


def _paragraphs(item: SyntaxTreeNode) -> list[SyntaxTreeNode]:
    return [child for child in item.children if child.type == "paragraph"]


def _indented(text: str, first: str, others: str) -> str:
    lines = text.split("\n")
    return "\n".join(
        f"{others if number else first}{line}".rstrip() for number, line in enumerate(lines)
    )


def _inline(node: SyntaxTreeNode) -> str:
    return _RENDERERS.get(node.type, _content)(node)


def _content(node: SyntaxTreeNode) -> str:
    return "".join(map(_inline, node.children)) if node.children else node.content


def _link(node: SyntaxTreeNode) -> str:
    text, url = _content(node), str(node.attrs.get("href", ""))
    return url if text in {url, url.removeprefix("mailto:")} else f"{text} ({url})"


_RENDERERS: dict[str, Callable[[SyntaxTreeNode], str]] = {
    "softbreak": lambda _node: " ",
    "hardbreak": lambda _node: "\n",
    "strong": lambda node: f"*{_content(node)}*",
    "em": lambda node: f"_{_content(node)}_",
    "link": _link,
}
