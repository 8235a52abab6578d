"""Marks in campaign copy that readers would see: asterisks of bold that is not closed, and tags of HTML."""

import re
from collections.abc import Iterator

from markdown_it.token import Token

from campaign_actions.core.content.email_faults import HTML_TAGS
from campaign_actions.core.content.markdown_parser import parse

BREAKS = ("softbreak", "hardbreak")
MARKS = re.compile(rf"\*\*|{HTML_TAGS.pattern}", re.IGNORECASE)


def find_plain_marks(text: str) -> Iterator[tuple[int, str]]:
    """Each with its line, counted from 1. Those after a backslash are meant to be seen."""
    lines = text.splitlines()
    for token in parse(text):
        for line, shown in _shown_lines(token):
            written = lines[line - 1] if line <= len(lines) else ""
            for mark in dict.fromkeys(found[0] for found in MARKS.finditer(shown)):
                if re.search(rf"(?<!\\){re.escape(mark)}", written):
                    yield line, mark


def _shown_lines(token: Token) -> Iterator[tuple[int, str]]:
    """The texts that a paragraph, heading or item shows as they are, each with its line."""
    line = token.map[0] + 1 if token.map else 1
    for child in token.children or ():
        if child.type == "text":
            yield line, child.content
        line += child.type in BREAKS
