"""Finding one message again on a rendered page: signs around it, which become <mark>.

The signs are brackets that no text of ours has and that Markdown takes for punctuation, so that what
stands around them is read as before.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape

from campaign_actions.core.i18n.catalog import GettextCatalog
from campaign_actions.core.i18n.message import SOURCE, Forms, Message
from campaign_actions.core.i18n.plurals import plural_rule
from campaign_actions.core.i18n.registry import languages

START, END = "\u2e28\u2e28", "\u2e29\u2e29"  # ⸨⸨ ⸩⸩
SIGN = re.compile(f"({START}|{END})")
PIECE = re.compile(r"<!--.*?-->|<(?:\"[^\"]*\"|'[^']*'|[^\"'>])*>", re.DOTALL)
NAME = re.compile(r"</?([a-zA-Z][a-zA-Z0-9-]*)")
ATTRIBUTE = re.compile(rf'([\w:-]+)="[^"]*{START}')
RAW = {"title", "style", "script", "textarea", "option"}  # hold nothing but text


@dataclass
class Marked:
    """A page on which a message is marked, and where else it stands on it: in no text that one sees."""

    html: str
    seen: int = 0  # how often in the text
    pieces: int = 0  # of it that are marked
    elsewhere: list[str] = field(default_factory=list)  # attributes, and elements like <title>

    @property
    def is_there(self) -> bool:
        return bool(self.seen or self.elsewhere)


def marked_words(tag: str, message: Message, forms: Forms) -> GettextCatalog:
    """The words of a language, with signs around one message, which says `forms` (or its source)."""
    said = forms if any(forms) else _source_forms(tag, message)
    signed = tuple(f"{START}{form}{END}" if form else "" for form in said)
    ours = languages().translations.get(tag, {})
    return GettextCatalog(tag, {**ours, (message.context, message.source): signed})


def mark_html(page: str) -> Marked:
    """Signs in text become <mark>, element by element; those in attributes are taken off and told."""
    marked, raw, is_inside = Marked(""), "", False
    pieces: list[str] = []
    for is_tag, piece in _pieces(page):
        if is_tag:
            raw = _raw(piece, raw)
            pieces.append(_clean(piece, marked))
        elif raw:
            if SIGN.search(piece):
                marked.elsewhere.append(raw)
            pieces.append(SIGN.sub("", piece))
        else:
            text, is_inside = _mark(piece, is_inside, marked)
            pieces.append(text)
    marked.html = "".join(pieces)
    return marked


def mark_text(text: str) -> Marked:
    """The same for plain text, as HTML."""
    marked = Marked("")
    marked.html, _inside = _mark(escape(text, quote=False), False, marked)
    return marked


def without_signs(text: str) -> str:
    return SIGN.sub("", text)


def _source_forms(tag: str, message: Message) -> Forms:
    if message.plural is None:
        return (message.source,)
    rule = plural_rule(tag)
    numbers = [rule.numbers(form)[:1] for form in range(rule.count)]
    return tuple(message.source if one == (1,) else message.plural for one in numbers)


def _pieces(page: str) -> Iterator[tuple[bool, str]]:
    done = 0
    for tag in PIECE.finditer(page):
        if tag.start() > done:
            yield False, page[done : tag.start()]
        yield True, tag[0]
        done = tag.end()
    yield False, page[done:]


def _raw(tag: str, raw: str) -> str:
    """The element whose text we are in, if nothing but text can be in it."""
    found = NAME.match(tag)
    name = found[1].lower() if found else ""
    if tag.startswith("</"):
        return "" if name == raw else raw
    return name if name in RAW else raw


def _clean(tag: str, marked: Marked) -> str:
    if not SIGN.search(tag):
        return tag
    marked.elsewhere += ATTRIBUTE.findall(tag)
    end = "/>" if tag.endswith("/>") else ">"
    return f"{SIGN.sub('', tag).removesuffix(end)} data-marked{end}"


def _mark(text: str, is_inside: bool, marked: Marked) -> tuple[str, bool]:
    parts = []
    for part in SIGN.split(text):
        if part in {START, END}:
            is_inside = part == START
            marked.seen += is_inside
        elif is_inside and part.strip():
            name = "" if marked.pieces else ' id="seen"'
            marked.pieces += 1
            parts.append(f"<mark{name}>{part}</mark>")
        else:
            parts.append(part)
    return "".join(parts), is_inside


class Noting(GettextCatalog):
    """The source, noting which messages somebody asks for."""

    def __init__(self) -> None:
        super().__init__(SOURCE, {})
        self.asked: set[tuple[str, str]] = set()

    def gettext_plain(self, source: str, context: str = "") -> str:
        self.asked.add((context, source))
        return super().gettext_plain(source, context)

    def ngettext_plain(self, source: str, plural: str, number: int, context: str = "") -> str:
        self.asked.add((context, source))
        return super().ngettext_plain(source, plural, number, context)
