"""The shape of campaign copy on the page: sections, blocks and quotes, made of what Markdown says.

A heading `##` and what follows becomes a section. A quote becomes a figure; its second paragraph
says who spoke. In a block, what an item begins with in bold is its head; `*Not yet*` instead
marks what has not happened; what an item of `facts` ends with in italics is its source.
"""

import re
from collections.abc import Iterator, Sequence

from markdown_it.token import Token

WIDE_BLOCKS = {"points", "facts"}  # in their sections the heading stands above, not beside
MIN_ATTRIBUTED = 2  # a quote of so many paragraphs ends with who spoke
EXTERNAL = re.compile(r"(https?:)?//", re.IGNORECASE)

Tokens = list[Token]


def add_structure(tokens: Tokens, name: str) -> Tokens:
    """The page's own structure on top of what Markdown says. Ids of headings begin with `name`."""
    for token in tokens:
        _lower_heading(token)
        for child in token.children or ():
            _mark_external(child)
            child.content = child.content.replace(" — ", "\N{NO-BREAK SPACE}— ")  # begins no line
    found: Tokens = []
    ids: set[str] = set()
    for part in _parts(list(_elements(tokens))):
        found += _section(part, name, ids)
    return found


def _lower_heading(token: Token) -> None:
    """The page has its h1 already."""
    if token.type in {"heading_open", "heading_close"} and token.tag == "h1":
        token.tag = "h2"


def _mark_external(token: Token) -> None:
    if token.type == "link_open" and EXTERNAL.match(str(token.attrGet("href"))):
        token.attrSet("rel", "nofollow noopener")


def _elements(tokens: Sequence[Token]) -> Iterator[Tokens]:
    """The outermost elements: runs of tokens from an opening one to its closing one."""
    depth, element = 0, Tokens()
    for token in tokens:
        element.append(token)
        depth += token.nesting
        if depth == 0:
            yield element
            element = Tokens()


def _parts(elements: list[Tokens]) -> Iterator[list[Tokens]]:
    """What comes before the first heading, then each heading with what follows it."""
    part: list[Tokens] = []
    for element in elements:
        if element[0].type == "heading_open" and element[0].tag == "h2" and part:
            yield part
            part = []
        part.append(element)
    if part:
        yield part


def _section(part: list[Tokens], name: str, ids: set[str]) -> Tokens:
    """A section: heading, text, then the quotes, which stand beside the text if there is room."""
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
    heading[0].attrSet("id", _id(_words(heading[1]), name, ids))
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
    """In the list of a block each item holds paragraphs, its head is bold, its source cited."""
    if child[0].type not in {"bullet_list_open", "ordered_list_open"}:
        return child
    for number, token in enumerate(child):
        if token.type in {"paragraph_open", "paragraph_close"}:
            token.hidden = False
        if token.type == "inline" and child[number - 2].type == "list_item_open":
            _mark_head(child[number - 2], token.children or [], block)
        if token.type == "inline" and block == "facts":
            _mark_source(token.children or [])
    return child


def _mark_head(item: Token, inline: Tokens, block: str) -> None:
    """`*Not yet*` at the head of a timeline's item: it is open."""
    filled = _filled(inline)
    if block == "timeline" and filled and filled[0].type == "em_open":
        item.attrSet("class", "open")
        _rename(filled, "strong")


def _mark_source(inline: Tokens) -> None:
    filled = _filled(inline)
    if filled and filled[-1].type == "em_close":
        _rename(filled[::-1], "cite")


def _filled(inline: Tokens) -> Tokens:
    return [token for token in inline if token.type != "text" or token.content.strip()]


def _rename(tokens: Tokens, tag: str) -> None:
    """Give the first of the tokens, read in this direction, and its counterpart another tag."""
    depth = 0
    for token in tokens:
        depth += token.nesting
        if depth == 0:
            tokens[0].tag = token.tag = tag
            return


def _quote(element: Tokens) -> Tokens:
    """A figure, its last paragraph the caption when there are two or more."""
    paragraphs = list(_elements(element[1:-1]))
    caption: Tokens = []
    if len(paragraphs) >= MIN_ATTRIBUTED and paragraphs[-1][0].type == "paragraph_open":
        _, spoken, _ = paragraphs.pop()
        caption = [
            Token("caption_open", "figcaption", 1),
            spoken,
            Token("caption_close", "figcaption", -1),
        ]
    said = [element[0], *(token for paragraph in paragraphs for token in paragraph), element[-1]]
    return _wrapped("figure", "quote", [*said, *caption])


def _div(look: str, inner: Tokens) -> Tokens:
    return _wrapped("div", look, inner)


def _wrapped(tag: str, look: str, inner: Tokens) -> Tokens:
    opening = Token(f"{tag}_open", tag, 1, block=True)
    opening.attrs = {"class": look}
    return [opening, *inner, Token(f"{tag}_close", tag, -1, block=True)]


def _words(inline: Token) -> list[str]:
    text = "".join(token.content for token in inline.children or ())
    return re.findall(r"\w+", text.casefold())


def _id(words: list[str], name: str, ids: set[str]) -> str:
    """An address for a heading, from its words in any script, different from those before it."""
    base = "-".join([name, *words])
    number = 1
    found = base
    while found in ids:
        number += 1
        found = f"{base}-{number}"
    ids.add(found)
    return found
