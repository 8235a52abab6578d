"""Adds the page's structure to the tokens of campaign copy: sections, blocks and figures.

A heading `##` and what follows it becomes a section. A quote becomes a figure, and its last paragraph
the caption. In a block, bold text at the beginning of an item is its heading; `*Not yet*` there marks
an event that has not happened; italics at the end of an item of `facts` are its source.
"""

import re
from collections.abc import Iterator, Sequence

from markdown_it.token import Token

WIDE_BLOCKS = {"points", "facts"}  # sections with them have their heading above, not beside
MIN_ATTRIBUTED = 2  # a quote of at least so many paragraphs ends with its attribution
EXTERNAL = re.compile(r"(https?:)?//", re.IGNORECASE)

Tokens = list[Token]


def add_structure(tokens: Tokens, name: str) -> Tokens:
    """Add sections, blocks and figures. Ids of headings begin with `name`."""
    for token in tokens:
        _lower_heading(token)
        for child in token.children or ():
            _mark_external(child)
            # A dash never begins a line.
            child.content = child.content.replace(" — ", "\N{NO-BREAK SPACE}— ")
    structured: Tokens = []
    ids: set[str] = set()
    for part in _parts(list(_elements(tokens))):
        structured += _section(part, name, ids)
    return structured


def _lower_heading(token: Token) -> None:
    """The page already has an h1."""
    if token.type in {"heading_open", "heading_close"} and token.tag == "h1":
        token.tag = "h2"


def _mark_external(token: Token) -> None:
    if token.type == "link_open" and EXTERNAL.match(str(token.attrGet("href"))):
        token.attrSet("rel", "nofollow noopener")


def _elements(tokens: Sequence[Token]) -> Iterator[Tokens]:
    """The top-level elements: tokens from an opening one to its closing one."""
    depth, element = 0, Tokens()
    for token in tokens:
        element.append(token)
        depth += token.nesting
        if depth == 0:
            yield element
            element = Tokens()


def _parts(elements: list[Tokens]) -> Iterator[list[Tokens]]:
    """The elements before the first heading, then each heading with those that follow it."""
    part: list[Tokens] = []
    for element in elements:
        if element[0].type == "heading_open" and element[0].tag == "h2" and part:
            yield part
            part = []
        part.append(element)
    if part:
        yield part


def _section(part: list[Tokens], name: str, ids: set[str]) -> Tokens:
    """A section: heading, text, then quotes, which are beside the text if there is room."""
    heading, *rest = part if part[0][0].tag == "h2" else [[], *part]
    blocks = {block for element in rest if (block := _block(element))}
    quotes = [element for element in rest if element[0].type == "blockquote_open"]
    text = [element for element in rest if element not in quotes]
    inner = (
        _div("prose", [token for element in text for token in _element(element)]) if text else []
    )
    inner += [token for element in quotes for token in _quote(element)]
    if not heading:
        return inner
    heading[0].attrSet("id", _unique_id(_words(heading[1]), name, ids))
    layout = "section" if blocks & WIDE_BLOCKS else "section split"
    opening = Token("section_open", "section", 1, block=True)
    opening.attrs = {"class": layout, "aria-labelledby": heading[0].attrs["id"]}
    return [opening, *heading, *inner, Token("section_close", "section", -1, block=True)]


def _block(element: Tokens) -> str | None:
    kind, _, rest = element[0].type.partition("_")
    return rest.removesuffix("_open") if kind == "container" else None


def _element(element: Tokens) -> Tokens:
    block = _block(element)
    if block is None:
        return element
    items = [item for child in _elements(element[1:-1]) for item in _block_child(child, block)]
    return _div(block, items)


def _block_child(child: Tokens, block: str) -> Tokens:
    """In the list of a block, items contain paragraphs, and headings and sources are marked."""
    if child[0].type not in {"bullet_list_open", "ordered_list_open"}:
        return child
    for number, token in enumerate(child):
        if token.type in {"paragraph_open", "paragraph_close"}:
            token.hidden = False
        if token.type == "inline" and child[number - 2].type == "list_item_open":
            _mark_open(child[number - 2], token.children or [], block)
        if token.type == "inline" and block == "facts":
            _mark_source(token.children or [])
    return child


def _mark_open(item: Token, inline: Tokens, block: str) -> None:
    """`*Not yet*` at the beginning of an item of a timeline: it has not happened."""
    visible = _visible(inline)
    if block == "timeline" and visible and visible[0].type == "em_open":
        item.attrSet("class", "open")
        _rename(visible, "strong")


def _mark_source(inline: Tokens) -> None:
    visible = _visible(inline)
    if visible and visible[-1].type == "em_close":
        _rename(visible[::-1], "cite")


def _visible(inline: Tokens) -> Tokens:
    return [token for token in inline if token.type != "text" or token.content.strip()]


def _rename(tokens: Tokens, tag: str) -> None:
    """Give the first of the tokens and its counterpart another tag."""
    depth = 0
    for token in tokens:
        depth += token.nesting
        if depth == 0:
            tokens[0].tag = token.tag = tag
            return


def _quote(element: Tokens) -> Tokens:
    """A figure; its last paragraph is the caption if there are two or more."""
    paragraphs = list(_elements(element[1:-1]))
    caption: Tokens = []
    if len(paragraphs) >= MIN_ATTRIBUTED and paragraphs[-1][0].type == "paragraph_open":
        _, attribution, _ = paragraphs.pop()
        caption = [
            Token("caption_open", "figcaption", 1),
            attribution,
            Token("caption_close", "figcaption", -1),
        ]
    quote = [element[0], *(token for paragraph in paragraphs for token in paragraph), element[-1]]
    return _wrapped("figure", "quote", [*quote, *caption])


def _div(css_class: str, inner: Tokens) -> Tokens:
    return _wrapped("div", css_class, inner)


def _wrapped(tag: str, css_class: str, inner: Tokens) -> Tokens:
    opening = Token(f"{tag}_open", tag, 1, block=True)
    opening.attrs = {"class": css_class}
    return [opening, *inner, Token(f"{tag}_close", tag, -1, block=True)]


def _words(inline: Token) -> list[str]:
    text = "".join(token.content for token in inline.children or ())
    return re.findall(r"\w+", text.casefold())


def _unique_id(words: list[str], name: str, ids: set[str]) -> str:
    """An id for a heading, from its words in any script, not among `ids`; added to them."""
    base = "-".join([name, *words])
    number = 1
    found = base
    while found in ids:
        number += 1
        found = f"{base}-{number}"
    ids.add(found)
    return found
