"""Faults in the lines of a text: in `:::`, such as unknown blocks, in items of blocks, and in addresses."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Literal

from flask_babel import gettext as _
from flask_babel import lazy_pgettext

from campaign_actions.core.content.block_names import BLOCKS, NAMES, name_of
from campaign_actions.core.content.page_faults import find_malformed_addresses
from campaign_actions.core.i18n.formatting import number

# Before a fence there can be the marks of quotes and lists, and spaces: indented lines are not code here.
BEFORE = r"(?:[ \t]*(?:>|(?:[-*+]|\d{1,9}[.)])(?=[ \t])))*[ \t]*"
FENCE = re.compile(BEFORE + r"(:{3,})(.*)$")
SHORT_FENCE = re.compile(
    BEFORE + r"(?:::|: : :)[ \t]*(?:(?:" + "|".join(NAMES) + r")[ \t]*)?$", re.IGNORECASE
)
ITEM = re.compile(r"[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+(?=\S)(.*)$")
ITEM_ANYWHERE = re.compile(r"(?:[ \t]*>)*" + ITEM.pattern)  # in a quote as well
# The beginning of an item: its number or date in bold; in a timeline, `*Not yet*` in italics.
HEADS = {"facts": re.compile(r"\*\*|__"), "timeline": re.compile(r"[*_]")}
LINES = re.compile(r"\r\n?|\n")
Fault = Literal[
    "unknown",
    "unclosed",
    "not-open",
    "not-three",
    "in-email",
    "no-items",
    "no-number",
    "no-date",
    "bad-address",
]
UNCLOSED: Collection[Fault] = ("unclosed", "not-three")  # a line with fewer colons closes nothing
# The words on the editor’s buttons for blocks
BUTTONS = {
    "points": lazy_pgettext("button: formatting", "Demands"),
    "facts": lazy_pgettext("button: formatting", "Facts"),
    "timeline": lazy_pgettext("button: formatting", "Timeline"),
}


@dataclass(frozen=True)
class MarkupProblem:
    """A fault in a line, counted from 1. `name`: what the line calls its block, or the address in it."""

    line: int
    fault: Fault
    name: str = ""

    @property
    def message(self) -> str:
        """The fault and how to fix it, in the language of the page."""
        facts = {
            "line": number(self.line),
            "name": self.name,
            "names": ", ".join(map(_known_as, BLOCKS)),
        }
        return self._message(**facts)

    def _message(self, **facts: str) -> str:
        match self.fault:
            case "unknown":
                text = _(
                    "Line %(line)s: there is no block called “%(name)s”. The blocks are: %(names)s.",
                    **facts,
                )
            case "unclosed":
                text = _(
                    "Line %(line)s: the block “%(name)s” is not closed. Add a line with only :::"
                    " after its last line.",
                    **facts,
                )
            case "not-open":
                text = _(
                    "Line %(line)s: this line closes a block, but none is open. Delete it, or add"
                    " the line that opens the block.",
                    **facts,
                )
            case "not-three":
                text = _(
                    "Line %(line)s: a block begins and ends with three colons, as in ::: points.",
                    **facts,
                )
            case "no-items":
                text = _(
                    "Line %(line)s: the block “%(name)s” has no items. Begin each of its items with a"
                    " hyphen and a space, as in - text.",
                    **facts,
                )
            case "no-number":
                text = _(
                    "Line %(line)s: a fact begins with its number in bold, as in - **2005**.",
                    **facts,
                )
            case "no-date":
                text = _(
                    "Line %(line)s: an event begins with its date in bold, as in - **2005**, or"
                    " with *Not yet*.",
                    **facts,
                )
            case "bad-address":
                text = _(
                    "Line %(line)s: the link to “%(name)s” cannot work. After https:// there must be the"
                    " full name of a site.",
                    **facts,
                )
            case "in-email":
                text = _(
                    "Line %(line)s: emails have no blocks such as ::: points. Delete the lines of colons,"
                    " and write a paragraph or a list.",
                    **facts,
                )
        return str(text)


def _known_as(block: str) -> str:
    return f"{block} ({BUTTONS[block]})" if block in BUTTONS else block


def markup_problems(text: str) -> Iterator[MarkupProblem]:
    """The faults in a text, in the order of their lines. A block cannot be inside another one."""
    found = (*_problems(text), *_bad_addresses(text))
    yield from sorted(found, key=attrgetter("line"))


def _problems(text: str) -> Iterator[MarkupProblem]:
    opened: MarkupProblem | None = None  # as it is if nothing closes it
    colons, has_items = 0, False
    for line, content in enumerate(LINES.split(text), 1):
        fence = FENCE.fullmatch(content)
        if fence is None:
            has_items = has_items or ITEM_ANYWHERE.match(content) is not None
            if SHORT_FENCE.fullmatch(content):
                yield MarkupProblem(line, "not-three")
            elif opened and not _has_head(opened.name, content):
                yield MarkupProblem(line, "no-number" if opened.name == "facts" else "no-date")
            continue
        marks, name = fence[1], name_of(fence[2])
        if name:
            if opened and opened.fault in UNCLOSED:
                yield opened
            opened, colons, has_items = MarkupProblem(line, "unclosed", name), len(marks), False
            if name not in NAMES:
                opened = MarkupProblem(line, "unknown", fence[2].strip(" \t"))
                yield opened
        elif opened is None:
            yield MarkupProblem(line, "not-open")
        elif len(marks) >= colons:
            if opened.fault in UNCLOSED and not has_items:
                yield replace(opened, fault="no-items")
            opened = None
        elif opened.fault == "unclosed":  # until as many colons close it
            opened = replace(opened, fault="not-three")
    if opened and opened.fault in UNCLOSED:
        yield opened


def _has_head(block: str, line: str) -> bool:
    """Whether a line begins as the items of a block do, or is not one. Those inside others may be plain."""
    item = None if line.startswith(("  ", "\t")) else ITEM.fullmatch(line)
    return item is None or block not in HEADS or HEADS[block].match(item[1]) is not None


def email_markup_problems(text: str) -> Iterator[MarkupProblem]:
    """The same in a text for an email, where lines of blocks would be shown as they are."""
    blocks = (
        MarkupProblem(line, "in-email")
        for line, content in enumerate(LINES.split(text), 1)
        if FENCE.fullmatch(content) or SHORT_FENCE.fullmatch(content)
    )
    yield from sorted((*blocks, *_bad_addresses(text)), key=attrgetter("line"))


def _bad_addresses(text: str) -> Iterator[MarkupProblem]:
    for line, address in find_malformed_addresses(text):
        yield MarkupProblem(line, "bad-address", address)
