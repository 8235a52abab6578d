"""Where the links of a translation lead: to places of the source, or to the same in its language.

What counts as a link is what mail programs and browsers make one of, written as a link or not.
"""

import re
from collections.abc import Iterator
from functools import cache
from urllib.parse import unquote, urlsplit

from babel.localedata import locale_identifiers
from linkify_it import LinkifyIt

from campaign_actions.core.content.markdown_links import find_links
from campaign_actions.core.content.markdown_parser import parser
from campaign_actions.core.forms.input_text import fold_url_text
from campaign_actions.core.i18n.message import Issue, Message

DANGEROUS = re.compile(r"(?:javascript|vbscript)\s*:\S*|data:\s*[a-z]+/\S*", re.IGNORECASE)
EXAMPLES = re.compile(  # addresses for nobody: it is the host that counts
    r"^(?:[a-z]+:)?(?://)?(?:[^/\\@?#]*@)?(?:[\w-]+\.)*example\.(?:org|com|net|edu)(?::\d+)?(?:[/?#]|$)"
)
MAYBE = re.compile(r"\S[.@:]\S|//|\]")  # without one of these nothing is a link
TAG = re.compile(r"<[^<>]*>")
_linkify = LinkifyIt()


def link_faults(message: Message, text: str, locale: str) -> Iterator[Issue]:
    is_markdown = message.is_markdown
    ours, theirs = _links(message.model, is_markdown), _links(text, is_markdown)
    if any(EXAMPLES.search(link) for link in ours):
        theirs = {link for link in theirs if not EXAMPLES.search(link)}
        ours = {link for link in ours if not EXAMPLES.search(link)}
    if foreign := _not_among(theirs, ours, locale):
        yield Issue("link_foreign", {"links": foreign, "known": sorted(ours)})
    if missing := _not_among(ours, theirs, locale):
        yield Issue("link_missing", {"links": missing})
    if is_markdown and not find_links(message.model).broken and (broken := find_links(text).broken):
        yield Issue("link_broken", {"found": list(broken)})


def leads_to_the_same(one: str, other: str, locale: str) -> bool:
    """Whether two links are one, or differ in the language of the page: /en/data/ and /ar/data/."""
    if one == other or (one.startswith("#") and other.startswith("#")):
        return True
    try:
        first, second = urlsplit(one), urlsplit(other)
    except ValueError:  # no address at all
        return False
    if first._replace(path="") != second._replace(path=""):
        return False
    steps = zip(first.path.split("/"), second.path.split("/"), strict=False)
    differ = [set(step) for step in steps if len(set(step)) > 1]
    is_as_long = first.path.count("/") == second.path.count("/")
    return is_as_long and len(differ) == 1 and locale in differ[0] and _are_languages(differ[0])


def _links(text: str, is_markdown: bool) -> set[str]:
    """Those in tags are held against each other with their tags."""
    resolved = fold_url_text(text)
    if not MAYBE.search(resolved):
        return set()
    links = [*find_links(text).addresses, *_defined(text)] if is_markdown else []
    written = {link.removeprefix("mailto:") for link in links}
    dangers = {found[0] for found in DANGEROUS.finditer(resolved)}
    shown = _linkify.match(resolved if is_markdown else fold_url_text(TAG.sub(" ", text))) or ()
    found = dangers | {unquote(each.url).removeprefix("mailto:") for each in shown}
    return written | (found - written - {fold_url_text(link) for link in written})


def _defined(text: str) -> set[str]:
    """What `[word]: address` says: another text may use it."""
    environment: dict[str, dict[str, dict[str, str]]] = {}
    parser.parse(text, environment)
    return {unquote(found["href"]) for found in environment.get("references", {}).values()}


def _not_among(links: set[str], others: set[str], locale: str) -> list[str]:
    return sorted(
        link
        for link in links
        if not any(leads_to_the_same(link, other, locale) for other in others)
    )


@cache
def _known_languages() -> frozenset[str]:
    return frozenset(name.partition("_")[0] for name in locale_identifiers())


def _are_languages(tags: set[str]) -> bool:
    return all(tag.partition("-")[0] in _known_languages() for tag in tags)
