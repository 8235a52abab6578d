"""Links in a translation lead where those of its source lead, or to the same page in its language.

Whatever mail programs and browsers turn into a link counts as one.
"""

import re
from collections.abc import Iterator
from functools import cache
from urllib.parse import unquote, urlsplit

from babel.localedata import locale_identifiers
from linkify_it import LinkifyIt

from campaign_actions.core.content.markdown_links import find_links
from campaign_actions.core.content.markdown_parser import parse
from campaign_actions.core.forms.input_text import fold_url_text
from campaign_actions.core.i18n.message import Issue, Message

DANGEROUS = re.compile(r"(?:javascript|vbscript)\s*:\S*|data:\s*[a-z]+/\S*", re.IGNORECASE)
EXAMPLE_HOST = re.compile(  # reserved for examples; only the host counts
    r"^(?:[a-z]+:)?(?://)?(?:[^/\\@?#]*@)?(?:[\w-]+\.)*example\.(?:org|com|net|edu)(?::\d+)?(?:[/?#]|$)"
)
MAY_HAVE_LINK = re.compile(r"\S[.@:]\S|//|\]")  # no link is without one of these
TAG = re.compile(r"<[^<>]*>")
_linkify = LinkifyIt()


def link_issues(message: Message, text: str, locale: str) -> Iterator[Issue]:
    is_markdown = message.is_markdown
    ours, theirs = _links(message.model, is_markdown), _links(text, is_markdown)
    if any(EXAMPLE_HOST.search(link) for link in ours):
        theirs = {link for link in theirs if not EXAMPLE_HOST.search(link)}
        ours = {link for link in ours if not EXAMPLE_HOST.search(link)}
    if foreign := _not_among(theirs, ours, locale):
        yield Issue("link_foreign", {"links": foreign, "known": sorted(ours)})
    if missing := _not_among(ours, theirs, locale):
        yield Issue("link_missing", {"links": missing})
    if is_markdown and not find_links(message.model).broken and (broken := find_links(text).broken):
        yield Issue("link_broken", {"found": list(broken)})


def _is_same_page(one: str, other: str, locale: str) -> bool:
    """Whether two links are equal, or differ only in the language of the page: /en/data/ and /ar/data/."""
    if one == other or (one.startswith("#") and other.startswith("#")):
        return True
    try:
        first, second = urlsplit(one), urlsplit(other)
    except ValueError:  # not an address
        return False
    if first._replace(path="") != second._replace(path=""):
        return False
    segments = zip(first.path.split("/"), second.path.split("/"), strict=False)
    differ = [set(pair) for pair in segments if len(set(pair)) > 1]
    is_as_long = first.path.count("/") == second.path.count("/")
    return is_as_long and len(differ) == 1 and locale in differ[0] and _are_languages(differ[0])


def _links(text: str, is_markdown: bool) -> set[str]:
    """Without those in HTML tags, which the rules for tags compare."""
    resolved = fold_url_text(text)
    if not MAY_HAVE_LINK.search(resolved):
        return set()
    links = [*find_links(text).addresses, *_reference_definitions(text)] if is_markdown else []
    written = {link.removeprefix("mailto:") for link in links}
    dangerous = {found[0] for found in DANGEROUS.finditer(resolved)}
    plain = _linkify.match(resolved if is_markdown else fold_url_text(TAG.sub(" ", text))) or ()
    found = dangerous | {unquote(each.url).removeprefix("mailto:") for each in plain}
    return written | (found - written - {fold_url_text(link) for link in written})


def _reference_definitions(text: str) -> set[str]:
    """Addresses of reference definitions, `[word]: address`, which other texts may use."""
    environment: dict[str, dict[str, dict[str, str]]] = {}
    parse(text, environment)
    return {unquote(found["href"]) for found in environment.get("references", {}).values()}


def _not_among(links: set[str], others: set[str], locale: str) -> list[str]:
    return sorted(
        link for link in links if not any(_is_same_page(link, other, locale) for other in others)
    )


@cache
def _known_languages() -> frozenset[str]:
    return frozenset(name.partition("_")[0] for name in locale_identifiers())


def _are_languages(tags: set[str]) -> bool:
    return all(tag.partition("-")[0] in _known_languages() for tag in tags)
