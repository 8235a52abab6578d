"""What people read on a page: its words, and those that are read aloud, but not those of another language."""

import re
from html.parser import HTMLParser

SAID = {"alt", "aria-label", "placeholder", "title", "content"}
SILENT = {"script", "style", "code", "kbd", "samp", "bdi", "time"}
EMPTY = {
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
    """Collects what is said in the language of the page."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._open: list[tuple[str, bool]] = []  # elements, and whether we listen inside
        self._language = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "html":
            self._language = given.get("lang", "")
        listens = self._listens() and tag not in SILENT and self._is_ours(given)
        if listens and (tag != "meta" or given.get("name") == "description"):
            self.said += [given[name] for name in SAID & given.keys()]
        if tag not in EMPTY:
            self._open.append((tag, listens))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._listens() and data.strip():
            self.said.append(data.strip())

    def _listens(self) -> bool:
        return not self._open or self._open[-1][1]

    def _is_ours(self, given: dict[str, str]) -> bool:
        return given.get("lang", self._language) == self._language


def latin_words(page: str, *, known: set[str]) -> list[str]:
    """Texts in which words of Latin letters stand that are not among those known."""
    reader = Reader()
    reader.feed(page)
    return [said for said in reader.said if plain_words(said, known=known)]


def plain_words(text: str, *, known: set[str]) -> set[str]:
    for name in sorted(known, key=len, reverse=True):
        text = text.replace(name, " ")
    return set(LATIN.findall(NO_WORDS.sub(" ", text)))
