"""How long a translation is, how it begins and ends, and what programs would read in it."""

import re
from collections import Counter
from collections.abc import Iterator

from campaign_actions.core.i18n.message import Fault, Message

TIMES = 4  # longer than the source than any language needs
SOME = 80  # characters more, for sources of one word
TEMPLATE = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}|\$\{|#\{|<%|%>")


def measure_faults(message: Message, text: str) -> Iterator[Fault]:
    source = message.model
    most = TIMES * len(source) + SOME
    if message.most is not None and len(text) > message.most:
        yield Fault("too_long", {"length": len(text), "most": message.most})
    elif len(text) > most:
        yield Fault("far_too_long", {"length": len(text), "most": most})
    if _around(text) != _around(source):
        yield Fault("edges", {})
    elif not message.is_markdown and "\n" in text and "\n" not in source:
        yield Fault("line_break", {})


def template_faults(message: Message, text: str) -> Iterator[Fault]:
    found = Counter(TEMPLATE.findall(text)) - Counter(TEMPLATE.findall(message.model))
    if found:
        yield Fault("template", {"found": sorted(found)})


def _around(text: str) -> tuple[str, str]:
    """The white space before and behind."""
    start, end = len(text) - len(text.lstrip()), len(text.rstrip())
    return text[:start], text[end:]
