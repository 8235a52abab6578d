"""HTML tags: a translation has exactly those of its source, byte for byte, nested the same way.

Nothing depends on how browsers read malformed HTML: every `<` must begin a tag that the source has as well.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from campaign_actions.core.i18n.message import Issue, Message

VOID_TAGS = {"br", "hr", "img", "input", "wbr"}
TAG = re.compile(r"<[^<>]*>?")
NAME = re.compile(r"</?([^\s/>]*)")
REFERENCE = re.compile(r"&(?:#\d+|#[xX][0-9a-fA-F]+|[a-zA-Z][a-zA-Z0-9]*);?")
AUTOLINK = re.compile(r"<(?:https?://|mailto:)[^\s<>]*>")

TagPath = tuple[str, ...]  # the name of a tag after those that enclose it, outermost first


def tag_issues(message: Message, text: str) -> Iterator[Issue]:
    source = message.model
    if message.is_markdown:
        source, text = AUTOLINK.sub("", source), AUTOLINK.sub("", text)
    ours, theirs = TAG.findall(source), TAG.findall(text)
    foreign, missing = Counter(theirs) - Counter(ours), Counter(ours) - Counter(theirs)
    if foreign:
        yield Issue("tag_foreign", {"tags": list(foreign)})
    if missing:
        yield Issue("tag_missing", {"tags": list(missing)})
    if not foreign and not missing:
        yield from _nesting_issues(ours, theirs)
    if message.markup == "html":
        references = set(REFERENCE.findall(text)) - set(REFERENCE.findall(source))
        if references:
            yield Issue("character_reference", {"found": sorted(references)})


def _nesting_issues(ours: Sequence[str], theirs: Sequence[str]) -> Iterator[Issue]:
    paths, unpaired = _nest(theirs)
    our_paths, our_unpaired = _nest(ours)
    if found := Counter(unpaired) - Counter(our_unpaired):
        yield Issue("tag_unpaired", {"tags": list(found)})
    elif paths != our_paths:
        yield Issue("tag_order", {"tags": [tag for tag in theirs if not tag.startswith("</")]})


def _nest(tags: Sequence[str]) -> tuple[Counter[TagPath], list[str]]:
    """The paths of the tags that open, and those not closed in the right order, or not opened."""
    paths: Counter[TagPath] = Counter()
    enclosing: list[str] = []
    unpaired = []
    for tag in tags:
        name = NAME.findall(tag)[0]
        if not tag.startswith("</"):
            paths[(*enclosing, name)] += 1
            if name not in VOID_TAGS:
                enclosing.append(name)
        elif enclosing and enclosing[-1] == name:
            enclosing.pop()
        else:
            unpaired.append(tag)
    return paths, unpaired + [f"<{name}>" for name in enclosing]
