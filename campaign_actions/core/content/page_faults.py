"""Faults in texts of pages: marks that readers would see, links that lead nowhere, places to fill in."""

import re
from collections.abc import Collection, Iterator
from functools import lru_cache
from urllib.parse import unquote

from markdown_it.token import Token

from campaign_actions.core.content.email_faults import HTML_TAGS, PLACEHOLDERS
from campaign_actions.core.content.markdown_links import is_malformed
from campaign_actions.core.content.markdown_parser import parse

ADDRESSES = re.compile(r"//[^\s()<>]+")
BREAKS = ("softbreak", "hardbreak")
MARKS = re.compile(rf"\*\*|:{{3,}}|{HTML_TAGS.pattern}", re.IGNORECASE)
HASHES = re.compile(r"#{2,6}(?=[^#\s])")  # of a heading without a space; one is a hashtag
ANY_MARK = re.compile(rf"{MARKS.pattern}|{HASHES.pattern}|!\[", re.IGNORECASE)
TO_NOWHERE = re.compile(r"[(<\s]#(?:[)>\s]|$)")
MAX_KEPT = 512  # texts: every visit of the page that publishes a campaign checks all of them again

# The editor’s buttons write this where an item has no number or date
EMPTY_HEAD = re.compile(r"(?<=\*\*)…(?=\*\*)")


@lru_cache(MAX_KEPT)
def find_plain_marks(text: str) -> tuple[tuple[int, str], ...]:
    """Each with its line, counted from 1. Those after a backslash are meant to be seen."""
    return tuple(_plain_marks(text)) if ANY_MARK.search(text) else ()


def _plain_marks(text: str) -> Iterator[tuple[int, str]]:
    lines = text.splitlines()
    for token in parse(text):
        for line, shown in _shown_lines(token):
            written = lines[line - 1] if line <= len(lines) else ""
            for mark in dict.fromkeys(found[0] for found in MARKS.finditer(shown)):
                if re.search(rf"(?<!\\){re.escape(mark)}", written):
                    yield line, mark
            if (found := HASHES.match(shown)) and written.lstrip(" >").startswith(shown):
                yield line, found[0]
        for line, words in _links(token, after="!"):
            if line <= len(lines) and re.search(r"(?<!\\)!\[", lines[line - 1]):
                yield line, f"!{words}"


def find_links_to_nowhere(text: str) -> Iterator[tuple[int, str]]:
    """The words of links to `#`, each with its line, counted from 1."""
    if not TO_NOWHERE.search(text):  # saves the parser from reading most texts
        return
    for token in parse(text):
        yield from _links(token, to="#")


def find_malformed_addresses(text: str) -> Iterator[tuple[int, str]]:
    """Addresses of links that no site can have, each with its line, counted from 1."""
    if not any(is_malformed(found[0]) for found in ADDRESSES.finditer(text)):
        return  # saves the parser from reading most texts
    for token in parse(text):
        line = token.map[0] + 1 if token.map else 1
        for child in token.children or ():
            address = str(child.attrGet("href") or "")
            if is_malformed(address):
                yield line, unquote(address)
            line += child.type in BREAKS


def find_empty_places(text: str, samples: Collection[str]) -> Iterator[tuple[int, str]]:
    """Numbers and dates that are still to be written, and words of `samples`, each with its line."""
    for line, words in enumerate(text.splitlines(), 1):
        yield from ((line, found[0]) for found in EMPTY_HEAD.finditer(words))
        yield from ((line, sample) for sample in samples if sample in words)


def find_placeholders(text: str) -> Iterator[tuple[int, str]]:
    """Places that look unfinished, such as TODO, each with its line."""
    for line, words in enumerate(text.splitlines(), 1):
        yield from ((line, found[0]) for found in PLACEHOLDERS.finditer(words))


def _shown_lines(token: Token) -> Iterator[tuple[int, str]]:
    """The texts that a paragraph, heading or item shows as they are, each with its line."""
    line = token.map[0] + 1 if token.map else 1
    for child in token.children or ():
        if child.type == "text":
            yield line, child.content
        line += child.type in BREAKS


def _links(token: Token, *, after: str = "", to: str = "") -> Iterator[tuple[int, str]]:
    """The words of links right after a text, or to an address, each with its line."""
    line, before = token.map[0] + 1 if token.map else 1, ""
    children = token.children or []
    for number, child in enumerate(children):
        if (
            child.type == "link_open"
            and before.endswith(after)
            and to in ("", child.attrGet("href"))
        ):
            rest = children[number:]
            end = next(at for at, each in enumerate(rest) if each.type == "link_close")
            yield line, "".join(each.content for each in rest[:end])
        before = child.content
        line += child.type in BREAKS
