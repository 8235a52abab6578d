"""Where in HTML a text ends: in text, inside a tag, in the value of an attribute, in <script>.

`advance()` reads on from one place to the next as the tokenizer of the HTML standard does, but takes
only what leaves no doubt: what browsers put right by themselves is an error here.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum, auto

RAW = {"script", "style", "xmp", "iframe", "noembed", "noframes", "plaintext"}
TEXT_ONLY = {"noscript", "textarea", "title"}  # character references, but no tags that are read

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
    WORD = (
        auto()
    )  # in a tag, right behind its name or an attribute: a space, "/" or ">" has to come
    TAG = auto()  # in a tag, where an attribute may begin
    EQUALS = auto()  # behind "=", before the value
    VALUE = auto()  # inside the quotes of a value
    ELEMENT = auto()  # inside an element that holds no tags


@dataclass(frozen=True)
class HtmlContext:
    """`element` has a slash in front in an end tag; `attribute` is in lower case."""

    where: State = State.TEXT
    element: str = ""
    attribute: str = ""
    quote: str = ""

    def __str__(self) -> str:
        parts = (self.where.name.lower(), self.element, self.attribute)
        return " ".join(part for part in parts if part)


TEXT = HtmlContext()
_Step = Callable[
    [HtmlContext, str, int], tuple[HtmlContext, int]
]  # the next place, and how far was read


class UnclearHtml(ValueError):
    """HTML that could be read in more than one way."""


def advance(place: HtmlContext, html: str) -> HtmlContext:
    """The place behind this piece of HTML. Raises UnclearHtml."""
    position = 0
    while position < len(html):
        place, position = _STEPS[place.where](place, html, position)
    return place


def merge(one: HtmlContext, other: HtmlContext) -> HtmlContext:
    """Where two ways through a template meet again. Raises UnclearHtml if they end in different places."""
    if one == other:
        return one
    in_tag = {State.WORD, State.TAG}
    if {one.where, other.where} <= in_tag and one.element == other.element:
        return HtmlContext(State.WORD, one.element)
    raise UnclearHtml(f"one branch ends in {one}, another in {other}")


def _in_text(place: HtmlContext, html: str, position: int) -> tuple[HtmlContext, int]:
    start = html.find("<", position)
    if start < 0:
        return place, len(html)
    if html.startswith("<!--", start):
        return HtmlContext(State.COMMENT), start + len("<!--")
    if html.startswith(("<!", "<?"), start):
        return HtmlContext(State.DECLARATION), start + len("<!")
    tag = _TAG.match(html, start)
    if tag is None:
        raise UnclearHtml(f"no tag begins at {html[start : start + 20]!r}")
    return HtmlContext(State.WORD, tag[1].lower()), tag.end()


def _to_the_end(end: str) -> _Step:
    def step(place: HtmlContext, html: str, position: int) -> tuple[HtmlContext, int]:
        found = html.find(end, position)
        return (place, len(html)) if found < 0 else (TEXT, found + len(end))

    return step


def _behind_a_word(place: HtmlContext, html: str, position: int) -> tuple[HtmlContext, int]:
    if not _BREAK.match(html, position):
        raise UnclearHtml(f"no space inside <{place.element}> before {html[position:][:20]!r}")
    return HtmlContext(State.TAG, place.element), position


def _in_tag(place: HtmlContext, html: str, position: int) -> tuple[HtmlContext, int]:
    space = _SPACE.match(html, position)
    position = space.end() if space else position
    if position == len(html):
        return place, position
    if html[position] == ">":
        return _behind_tag(place.element), position + 1
    name = _NAME.match(html, position)
    if name is None:
        raise UnclearHtml(f"no attribute of <{place.element}>: {html[position:][:20]!r}")
    equals = _EQUALS.match(html, name.end())
    if equals is None:
        return HtmlContext(State.WORD, place.element), name.end()
    return HtmlContext(State.EQUALS, place.element, name[0].lower()), equals.end()


def _behind_tag(element: str) -> HtmlContext:
    is_special = element in RAW or element in TEXT_ONLY
    return HtmlContext(State.ELEMENT, element) if is_special else TEXT


def _behind_equals(place: HtmlContext, html: str, position: int) -> tuple[HtmlContext, int]:
    if html[position] in "\"'":
        return replace(place, where=State.VALUE, quote=html[position]), position + 1
    value = _UNQUOTED.match(html, position)
    if value is None:
        raise UnclearHtml(f"{place.attribute} of <{place.element}> has no value")
    return HtmlContext(State.WORD, place.element), value.end()


def _in_value(place: HtmlContext, html: str, position: int) -> tuple[HtmlContext, int]:
    end = html.find(place.quote, position)
    if end < 0:
        return place, len(html)
    return HtmlContext(State.WORD, place.element), end + 1


def _in_element(place: HtmlContext, html: str, position: int) -> tuple[HtmlContext, int]:
    end = re.compile(rf"</{place.element}(?=[\s/>])", re.IGNORECASE).search(html, position)
    if end is None:
        return place, len(html)
    return HtmlContext(State.WORD, f"/{place.element}"), end.end()


_STEPS: dict[State, _Step] = {
    State.TEXT: _in_text,
    State.COMMENT: _to_the_end("-->"),
    State.DECLARATION: _to_the_end(">"),
    State.WORD: _behind_a_word,
    State.TAG: _in_tag,
    State.EQUALS: _behind_equals,
    State.VALUE: _in_value,
    State.ELEMENT: _in_element,
}
