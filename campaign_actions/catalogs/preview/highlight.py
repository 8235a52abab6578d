"""Finding one message on a rendered page: markers around its text, which become <mark>.

The markers are brackets that no text of ours has and that Markdown takes for punctuation, so that
Markdown reads the text between them as it would without them.
"""

import re
from dataclasses import dataclass, field

from lxml import etree
from lxml.html import HtmlElement, builder

from campaign_actions.core.i18n.catalog import GettextCatalog
from campaign_actions.core.i18n.locale_registry import languages
from campaign_actions.core.i18n.message import SOURCE, Forms, Message
from campaign_actions.core.i18n.plurals import plural_rule

START, END = "\u2e28\u2e28", "\u2e29\u2e29"  # ⸨⸨ ⸩⸩
MARKER = re.compile(f"({START}|{END})")
# Elements in which no <mark> can be shown. Text in an SVG drawing is not HTML.
PLAIN = {"title", "style", "script", "textarea", "option", "template", "svg"}
ANCHOR_ID = "highlight"  # the preview frame scrolls to it


@dataclass
class Highlights:
    """Where the text between markers is on a page."""

    visible: int = 0  # how often in text that readers see
    hidden: list[str] = field(default_factory=list)  # names of attributes and of PLAIN elements

    @property
    def exist(self) -> bool:
        return bool(self.visible or self.hidden)


def add_markers(text: str) -> str:
    return f"{START}{text}{END}"


def marked_catalog(tag: str, message: Message, forms: Forms) -> GettextCatalog:
    """The catalog of a language in which one message says `forms` (or its source) between markers."""
    shown = forms if any(forms) else _source_forms(tag, message)
    marked = tuple(add_markers(form) if form else "" for form in shown)
    ours = languages().translations.get(tag, {})
    return GettextCatalog(tag, {**ours, (message.context, message.source): marked})


def highlight(document: HtmlElement) -> Highlights:
    """Replace markers in text by <mark>, and remove them from attributes and PLAIN elements.

    Elements with markers in an attribute get `data-marked`.
    """
    highlighter = _Highlighter()
    for event, element in list(etree.iterwalk(document, events=("start", "end", "comment"))):
        if event == "start":
            highlighter.enter(element)
        else:
            highlighter.leave(element)
    return highlighter.highlights


class _Highlighter:
    """Goes through a document in reading order: what is between two markers may span elements."""

    def __init__(self) -> None:
        self.highlights = Highlights()
        self.is_marking = False
        self.has_anchor = False
        self.plain: list[str] = []  # the PLAIN elements that are open

    def enter(self, element: HtmlElement) -> None:
        for name, value in element.attrib.items():
            if MARKER.search(value):
                element.set(name, MARKER.sub("", value))
                element.set("data-marked", "")
                self.highlights.hidden += [name] * (START in value)
        if element.tag in PLAIN:
            self.plain.append(element.tag)
        element.text, marks = self._split(element.text)
        for place, mark in enumerate(marks):
            element.insert(place, mark)

    def leave(self, element: HtmlElement) -> None:
        if self.plain and element.tag == self.plain[-1]:
            self.plain.pop()
        element.tail, marks = self._split(element.tail)
        for place, mark in enumerate(marks, 1):
            parent = element.getparent()
            parent.insert(parent.index(element) + place, mark)

    def _split(self, text: str | None) -> tuple[str | None, list[HtmlElement]]:
        """The text before the first <mark>, and each <mark> with the text behind it."""
        if not text or not (self.is_marking or MARKER.search(text)):
            return text, []
        if self.plain:
            self.highlights.hidden += [self.plain[0]] * (START in text)
            return MARKER.sub("", text), []
        before, marks = "", list[HtmlElement]()
        for part in MARKER.split(text):
            if part in {START, END}:
                self.is_marking = part == START
                self.highlights.visible += self.is_marking
            elif self.is_marking and part.strip():
                marks.append(self._mark(part))
            elif marks:
                marks[-1].tail = (marks[-1].tail or "") + part
            else:
                before += part
        return before, marks

    def _mark(self, text: str) -> HtmlElement:
        mark = builder.MARK(text)
        if not self.has_anchor:
            mark.set("id", ANCHOR_ID)
            self.has_anchor = True
        return mark


def _source_forms(tag: str, message: Message) -> Forms:
    if message.plural is None:
        return (message.source,)
    rule = plural_rule(tag)
    numbers = [rule.numbers(form)[:1] for form in range(rule.count)]
    return tuple(message.source if one == (1,) else message.plural for one in numbers)


class RecordingCatalog(GettextCatalog):
    """The source, recording which messages are asked for: by context and source."""

    def __init__(self) -> None:
        super().__init__(SOURCE, {})
        self.requested: set[tuple[str, str]] = set()

    def gettext_plain(self, source: str, context: str = "") -> str:
        self.requested.add((context, source))
        return super().gettext_plain(source, context)

    def ngettext_plain(self, source: str, plural: str, number: int, context: str = "") -> str:
        self.requested.add((context, source))
        return super().ngettext_plain(source, plural, number, context)
