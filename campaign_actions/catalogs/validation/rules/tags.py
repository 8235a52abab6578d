"""HTML tags: a translation has those of its source, nested the same way.

Tags are compared as they are written, so it does not matter how browsers read malformed HTML: every `<`
must begin a tag that the source has as well.
"""

import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser

from campaign_actions.catalogs.validation.rules.links import is_same_page
from campaign_actions.core.i18n.message import Issue, Message

VOID_TAGS = {"br", "hr", "img", "input", "wbr"}
TRANSLATED_ATTRIBUTES = {
    "alt",
    "aria-label",
    "placeholder",
    "title",
}
REFERENCE = re.compile(r"&(?:#\d+|#[xX][0-9a-fA-F]+|[a-zA-Z][a-zA-Z0-9]*);?")
AUTOLINK = re.compile(r"<(?:https?://|mailto:)[^\s<>]*>")

Attributes = tuple[tuple[str, str], ...]
TagPath = tuple[str, ...]  # a tag after those that enclose it, outermost first


def tag_issues(message: Message, text: str, locale: str) -> Iterator[Issue]:
    source = message.model
    if not {*"<&"} & {*source, *text}:
        return
    if message.is_markdown:
        source, text = AUTOLINK.sub("", source), AUTOLINK.sub("", text)
    theirs, ours = _read(text), _read(source)
    found = list(_differences(ours, theirs, locale))
    yield from found
    if not found and theirs.paths != ours.paths:
        yield Issue("tag_order", {"tags": [tag for _path, tag, _attributes in theirs.tags]})
    if message.markup == "html":
        references = set(REFERENCE.findall(text)) - set(REFERENCE.findall(source))
        if references:
            yield Issue("character_reference", {"found": sorted(references)})


def _differences(ours: "_Reader", theirs: "_Reader", locale: str) -> Iterator[Issue]:
    unread = Counter(theirs.unread) - Counter(ours.unread)
    unpaired = Counter(theirs.unpaired) - Counter(ours.unpaired)
    if foreign := theirs.tags_missing_in(ours, locale) or list(unread):
        yield Issue("tag_foreign", {"tags": foreign})
    if missing := ours.tags_missing_in(theirs, locale):
        yield Issue("tag_missing", {"tags": missing})
    if unpaired and not foreign:
        yield Issue("tag_unpaired", {"tags": list(unpaired)})


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.open: list[str] = []
        self.tags: list[tuple[TagPath, str, Attributes]] = []
        self.unread: list[str] = []  # starts like a tag, but is not one
        self.unpaired: list[str] = []  # not closed in the right order, or not opened
        self.signs = 0  # how many `<` belong to tags that were read

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        written = self.get_starttag_text() or f"<{tag}>"
        attributes = tuple(sorted((name, value or "") for name, value in attrs))
        self.signs += written.count("<")
        self.tags.append(((*self.open, tag), written, attributes))
        if tag not in VOID_TAGS:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        self.signs += 1
        if self.open and self.open[-1] == tag:
            self.open.pop()
        else:
            self.unpaired.append(f"</{tag}>")

    def handle_comment(self, data: str) -> None:
        self.unread.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self.unread.append(f"<!{decl}>")

    def handle_pi(self, data: str) -> None:
        self.unread.append(f"<?{data}>")

    def unknown_decl(self, data: str) -> None:
        self.unread.append(f"<![{data}]>")

    @property
    def paths(self) -> Counter[TagPath]:
        return Counter(path for path, _tag, _attributes in self.tags)

    def tags_missing_in(self, other: "_Reader", locale: str) -> list[str]:
        unmatched = list(other.tags)
        missing = []
        for path, written, attributes in self.tags:
            matches = (
                each
                for each in unmatched
                if each[0][-1] == path[-1] and _are_same(each[2], attributes, locale)
            )
            if match := next(matches, None):
                unmatched.remove(match)
            else:
                missing.append(written)
        return missing


def _read(text: str) -> _Reader:
    reader = _Reader()
    try:
        reader.feed(text)
        reader.close()
    except AssertionError:  # raised by Python's parser for some texts with <![
        reader.unread.append(text)
    reader.unpaired += [f"<{tag}>" for tag in reader.open]
    if not reader.unread:
        signs = [found.start() for found in re.finditer("<", text)]
        reader.unread += [text[sign:] for sign in signs[reader.signs :]]
    return reader


def _are_same(one: Attributes, other: Attributes, locale: str) -> bool:
    names = [name for name, _value in one]
    if names != [name for name, _value in other]:
        return False
    return all(
        name in TRANSLATED_ATTRIBUTES
        or mine == yours
        or (name == "href" and is_same_page(mine, yours, locale))
        for (name, mine), (_name, yours) in zip(one, other, strict=True)
    )
