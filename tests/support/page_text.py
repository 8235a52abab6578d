"""The text of a page, with what screen readers read, but without text in another language."""

import html
import re
from html.parser import HTMLParser

TEXT_ATTRIBUTES = {"alt", "aria-label", "placeholder", "title", "content"}
SKIPPED_ELEMENTS = {"script", "style", "code", "kbd", "samp", "bdi", "time"}
VOID_ELEMENTS = {
    "area",
    "base",
    "br",
    "col",
    "embed",
    "hr",
    "img",
    "input",
    "link",
    "meta",
    "source",
    "wbr",
}
NO_WORDS = re.compile(r"\S*[@/\\_=]\S*|\S+\.\w+|&\w+;")  # addresses, files, names of settings
LATIN = re.compile(r"\b(?!x+\b)[A-Za-z]{3,}")


class Reader(HTMLParser):
    """Collects the texts in the language of the page."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._open: list[tuple[str, bool]] = []  # elements, and whether to collect inside
        self._language = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "html":
            self._language = given.get("lang", "")
        collects = self._is_collecting() and tag not in SKIPPED_ELEMENTS and self._is_ours(given)
        if collects and (tag != "meta" or given.get("name") == "description"):
            self.texts += [given[name] for name in TEXT_ATTRIBUTES & given.keys()]
        if tag not in VOID_ELEMENTS:
            self._open.append((tag, collects))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._is_collecting() and data.strip():
            self.texts.append(data.strip())

    def _is_collecting(self) -> bool:
        return not self._open or self._open[-1][1]

    def _is_ours(self, given: dict[str, str]) -> bool:
        return given.get("lang", self._language) == self._language


def latin_words(page: str, *, known: set[str]) -> list[str]:
    """Texts with words in Latin letters that are not among the known ones."""
    reader = Reader()
    reader.feed(page)
    return [text for text in reader.texts if plain_words(text, known=known)]


def plain_words(text: str, *, known: set[str]) -> set[str]:
    for name in sorted(known, key=len, reverse=True):
        text = text.replace(name, " ")
    return set(LATIN.findall(NO_WORDS.sub(" ", text)))


def visible_text(page: str) -> str:
    """The text of a page in one line, without elements and the isolates around names."""
    text = html.unescape(re.sub(r"<[^>]+>", " ", page))
    return re.sub(r"\s+", " ", re.sub("[\u2066-\u2069]", "", text)).replace(" .", ".")
