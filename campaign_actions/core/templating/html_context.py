"""Where in HTML a text ends: in text, inside a tag, in the value of an attribute, in <script>.

`after()` reads on from one place to the next as the tokenizer of the HTML standard does, but takes
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


class Where(Enum):
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
class Place:
    """`element` has a slash in front in an end tag; `attribute` is in lower case."""

    where: Where = Where.TEXT
    element: str = ""
    attribute: str = ""
    quote: str = ""

    def __str__(self) -> str:
        parts = (self.where.name.lower(), self.element, self.attribute)
        return " ".join(part for part in parts if part)


TEXT = Place()
_Step = Callable[[Place, str, int], tuple[Place, int]]  # the next place, and how far was read


class UnclearHtml(ValueError):
    """HTML that could be read in more than one way."""


def after(place: Place, html: str) -> Place:
    """The place behind this piece of HTML. Raises UnclearHtml."""
    position = 0
    while position < len(html):
        place, position = _STEPS[place.where](place, html, position)
    return place


def joined(one: Place, other: Place) -> Place:
    """Where two ways through a template meet again. Raises UnclearHtml if they end in different places."""
    if one == other:
        return one
    in_tag = {Where.WORD, Where.TAG}
    if {one.where, other.where} <= in_tag and one.element == other.element:
        return Place(Where.WORD, one.element)
    raise UnclearHtml(f"one branch ends in {one}, another in {other}")


def _in_text(place: Place, html: str, position: int) -> tuple[Place, int]:
    start = html.find("<", position)
    if start < 0:
        return place, len(html)
    if html.startswith("<!--", start):
        return Place(Where.COMMENT), start + len("<!--")
    if html.startswith(("<!", "<?"), start):
        return Place(Where.DECLARATION), start + len("<!")
    tag = _TAG.match(html, start)
    if tag is None:
        raise UnclearHtml(f"no tag begins at {html[start : start + 20]!r}")
    return Place(Where.WORD, tag[1].lower()), tag.end()


def _to_the_end(end: str) -> _Step:
    def step(place: Place, html: str, position: int) -> tuple[Place, int]:
        found = html.find(end, position)
        return (place, len(html)) if found < 0 else (TEXT, found + len(end))

    return step


def _behind_a_word(place: Place, html: str, position: int) -> tuple[Place, int]:
    if not _BREAK.match(html, position):
        raise UnclearHtml(f"no space inside <{place.element}> before {html[position:][:20]!r}")
    return Place(Where.TAG, place.element), position


def _in_tag(place: Place, html: str, position: int) -> tuple[Place, int]:
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
        return Place(Where.WORD, place.element), name.end()
    return Place(Where.EQUALS, place.element, name[0].lower()), equals.end()


def _behind_tag(element: str) -> Place:
    is_special = element in RAW or element in TEXT_ONLY
    return Place(Where.ELEMENT, element) if is_special else TEXT


def _behind_equals(place: Place, html: str, position: int) -> tuple[Place, int]:
    if html[position] in "\"'":
        return replace(place, where=Where.VALUE, quote=html[position]), position + 1
    value = _UNQUOTED.match(html, position)
    if value is None:
        raise UnclearHtml(f"{place.attribute} of <{place.element}> has no value")
    return Place(Where.WORD, place.element), value.end()


def _in_value(place: Place, html: str, position: int) -> tuple[Place, int]:
    end = html.find(place.quote, position)
    if end < 0:
        return place, len(html)
    return Place(Where.WORD, place.element), end + 1


def _in_element(place: Place, html: str, position: int) -> tuple[Place, int]:
    end = re.compile(rf"</{place.element}(?=[\s/>])", re.IGNORECASE).search(html, position)
    if end is None:
        return place, len(html)
    return Place(Where.WORD, f"/{place.element}"), end.end()


_STEPS: dict[Where, _Step] = {
    Where.TEXT: _in_text,
    Where.COMMENT: _to_the_end("-->"),
    Where.DECLARATION: _to_the_end(">"),
    Where.WORD: _behind_a_word,
    Where.TAG: _in_tag,
    Where.EQUALS: _behind_equals,
    Where.VALUE: _in_value,
    Where.ELEMENT: _in_element,
}
