"""The context at the end of a piece of HTML: in text, inside a tag, in an attribute's value, in <script>.

`advance()` reads like the tokenizer of the HTML standard, but only unambiguous HTML: what browsers
would repair is an error here.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum, auto

RAW = {"script", "style", "xmp", "iframe", "noembed", "noframes", "plaintext"}
TEXT_ONLY = {"noscript", "textarea", "title"}  # character references work in them, tags do not

_TAG = re.compile(r"<(/?[a-zA-Z][a-zA-Z0-9:-]*)(?=[\s/>]|\Z)")
_SPACE = re.compile(r"[\s/]*")
_NAME = re.compile(r"[^\s\"'<>/=`]+")
_EQUALS = re.compile(r"\s*=\s*")
_UNQUOTED = re.compile(r"[^\s\"'<>=`]+")
_BREAK = re.compile(r"[\s/>]")


class State(Enum):
    TEXT = auto()
    COMMENT = auto()
    DECLARATION = auto()  # <!DOCTYPE html>, <?xml ?>
    AFTER_NAME = auto()  # in a tag, right after a name or value: a space, "/" or ">" must follow
    TAG = auto()  # in a tag, where an attribute may begin
    AFTER_EQUALS = auto()  # before an attribute's value
    VALUE = auto()  # inside the quotes of a value
    ELEMENT = auto()  # inside an element that cannot contain tags


@dataclass(frozen=True)
class HtmlContext:
    """`element` begins with a slash in an end tag; `attribute` is in lower case."""

    state: State = State.TEXT
    element: str = ""
    attribute: str = ""
    quote: str = ""

    def __str__(self) -> str:
        parts = (self.state.name.lower(), self.element, self.attribute)
        return " ".join(part for part in parts if part)


TEXT = HtmlContext()
# Reads on from a position: the next context, and the position there.
_Step = Callable[[HtmlContext, str, int], tuple[HtmlContext, int]]


class UnclearHtml(ValueError):
    """HTML that could be read in more than one way."""


def advance(context: HtmlContext, html: str) -> HtmlContext:
    """The context after this piece of HTML. Raises UnclearHtml."""
    position = 0
    while position < len(html):
        context, position = _STEPS[context.state](context, html, position)
    return context


def merge(one: HtmlContext, other: HtmlContext) -> HtmlContext:
    """The context after two branches of a template. Raises UnclearHtml if they end in different ones."""
    if one == other:
        return one
    in_tag = {State.AFTER_NAME, State.TAG}
    if {one.state, other.state} <= in_tag and one.element == other.element:
        return HtmlContext(State.AFTER_NAME, one.element)
    raise UnclearHtml(f"one branch ends in {one}, another in {other}")


def _in_text(context: HtmlContext, html: str, position: int) -> tuple[HtmlContext, int]:
    start = html.find("<", position)
    if start < 0:
        return context, len(html)
    if html.startswith("<!--", start):
        return HtmlContext(State.COMMENT), start + len("<!--")
    if html.startswith(("<!", "<?"), start):
        return HtmlContext(State.DECLARATION), start + len("<!")
    tag = _TAG.match(html, start)
    if tag is None:
        raise UnclearHtml(f"no tag begins at {html[start : start + 20]!r}")
    return HtmlContext(State.AFTER_NAME, tag[1].lower()), tag.end()


def _until(end: str) -> _Step:
    def step(context: HtmlContext, html: str, position: int) -> tuple[HtmlContext, int]:
        found = html.find(end, position)
        return (context, len(html)) if found < 0 else (TEXT, found + len(end))

    return step


def _after_name(context: HtmlContext, html: str, position: int) -> tuple[HtmlContext, int]:
    if not _BREAK.match(html, position):
        raise UnclearHtml(f"no space inside <{context.element}> before {html[position:][:20]!r}")
    return HtmlContext(State.TAG, context.element), position


def _in_tag(context: HtmlContext, html: str, position: int) -> tuple[HtmlContext, int]:
    space = _SPACE.match(html, position)
    position = space.end() if space else position
    if position == len(html):
        return context, position
    if html[position] == ">":
        return _after_tag(context.element), position + 1
    name = _NAME.match(html, position)
    if name is None:
        raise UnclearHtml(f"no attribute of <{context.element}>: {html[position:][:20]!r}")
    equals = _EQUALS.match(html, name.end())
    if equals is None:
        return HtmlContext(State.AFTER_NAME, context.element), name.end()
    return HtmlContext(State.AFTER_EQUALS, context.element, name[0].lower()), equals.end()


def _after_tag(element: str) -> HtmlContext:
    is_special = element in RAW or element in TEXT_ONLY
    return HtmlContext(State.ELEMENT, element) if is_special else TEXT


def _after_equals(context: HtmlContext, html: str, position: int) -> tuple[HtmlContext, int]:
    if html[position] in "\"'":
        return replace(context, state=State.VALUE, quote=html[position]), position + 1
    value = _UNQUOTED.match(html, position)
    if value is None:
        raise UnclearHtml(f"{context.attribute} of <{context.element}> has no value")
    return HtmlContext(State.AFTER_NAME, context.element), value.end()


def _in_value(context: HtmlContext, html: str, position: int) -> tuple[HtmlContext, int]:
    end = html.find(context.quote, position)
    if end < 0:
        return context, len(html)
    return HtmlContext(State.AFTER_NAME, context.element), end + 1


def _in_element(context: HtmlContext, html: str, position: int) -> tuple[HtmlContext, int]:
    end = re.compile(rf"</{context.element}(?=[\s/>])", re.IGNORECASE).search(html, position)
    if end is None:
        return context, len(html)
    return HtmlContext(State.AFTER_NAME, f"/{context.element}"), end.end()


_STEPS: dict[State, _Step] = {
    State.TEXT: _in_text,
    State.COMMENT: _until("-->"),
    State.DECLARATION: _until(">"),
    State.AFTER_NAME: _after_name,
    State.TAG: _in_tag,
    State.AFTER_EQUALS: _after_equals,
    State.VALUE: _in_value,
    State.ELEMENT: _in_element,
}
