"""How long a translation is, how it begins and ends, and what programs would read in it."""

import re
from collections import Counter
from collections.abc import Iterator

from campaign_actions.core.i18n.message import Issue, Message

TIMES = 4  # longer than the source than any language needs
SOME = 80  # characters more, for sources of one word
TEMPLATE = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}|\$\{|#\{|<%|%>")


def measure_faults(message: Message, text: str) -> Iterator[Issue]:
    source = message.model
    most = TIMES * len(source) + SOME
    if message.max_length is not None and len(text) > message.max_length:
        yield Issue("too_long", {"length": len(text), "most": message.max_length})
    elif len(text) > most:
        yield Issue("far_too_long", {"length": len(text), "most": most})
    if _around(text) != _around(source):
        yield Issue("edges", {})
    elif not message.is_markdown and "\n" in text and "\n" not in source:
        yield Issue("line_break", {})


def template_faults(message: Message, text: str) -> Iterator[Issue]:
    found = Counter(TEMPLATE.findall(text)) - Counter(TEMPLATE.findall(message.model))
    if found:
        yield Issue("template", {"found": sorted(found)})


def _around(text: str) -> tuple[str, str]:
    """The white space before and behind."""
    start, end = len(text) - len(text.lstrip()), len(text.rstrip())
    return text[:start], text[end:]
