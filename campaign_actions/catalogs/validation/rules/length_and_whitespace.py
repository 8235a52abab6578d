"""The length of a translation, white space around it, and template syntax in it."""

import re
from collections import Counter
from collections.abc import Iterator

from campaign_actions.core.i18n.message import Issue, Message

MAX_GROWTH_FACTOR = 4  # no language needs more than this, compared with the source
GROWTH_ALLOWANCE = 80  # characters, for very short sources
TEMPLATE = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}|\$\{|#\{|<%|%>")


def length_issues(message: Message, text: str) -> Iterator[Issue]:
    source = message.model
    max_length = MAX_GROWTH_FACTOR * len(source) + GROWTH_ALLOWANCE
    if message.max_length is not None and len(text) > message.max_length:
        yield Issue("too_long", {"length": len(text), "most": message.max_length})
    elif len(text) > max_length:
        yield Issue("far_too_long", {"length": len(text), "most": max_length})
    if _surrounding_space(text) != _surrounding_space(source):
        yield Issue("edges", {})
    elif not message.is_markdown and "\n" in text and "\n" not in source:
        yield Issue("line_break", {})


def template_issues(message: Message, text: str) -> Iterator[Issue]:
    found = Counter(TEMPLATE.findall(text)) - Counter(TEMPLATE.findall(message.model))
    if found:
        yield Issue("template", {"found": sorted(found)})


def _surrounding_space(text: str) -> tuple[str, str]:
    start, end = len(text) - len(text.lstrip()), len(text.rstrip())
    return text[:start], text[end:]
