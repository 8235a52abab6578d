"""Characters that would have a meaning in HTML, JSON or emails if a message were not escaped there.

These rules are for the interface only: its messages appear in attributes, in JSON and in emails, and its
translators may not publish pages. Campaign copy may have quotes and braces; it appears as text only, after
the sanitiser (`core/content/markdown`).
"""

from collections.abc import Iterator

import regex

from campaign_actions.catalogs.validation.quotation_marks import quotation_marks
from campaign_actions.catalogs.validation.rules.length_and_whitespace import TEMPLATE
from campaign_actions.catalogs.validation.rules.links import EXAMPLE_HOST
from campaign_actions.catalogs.validation.rules.placeholders import NAMED
from campaign_actions.core.forms.input_text import fold_url_text
from campaign_actions.core.i18n.message import Issue, Message

TAG = regex.compile(r"<[^<>]*>")
# A single quote with letters on both sides is an apostrophe
QUOTE = regex.compile(r"\"|(?<![\p{L}\p{M}])'|'(?!\p{L})")
ATTRIBUTE = regex.compile(r"[\p{L}_:@][\p{L}\p{M}\p{N}_:.-]*\s*=")
BRACES = regex.compile(r"\{[^{}]*\}|[{}]")
# Part of a host name. A missing space after a full stop looks the same, and is reported too
HOST = r"[\p{L}\p{N}][\p{L}\p{M}\p{N}_-]*\.(?:[\p{L}\p{M}\p{N}_-]+\.)*"
# Two letters are a country code only before a path or port: EE.UU. is an abbreviation
TOP_LEVEL_DOMAIN = (
    r"(?:\p{L}[\p{L}\p{M}]{2,}|\p{Lo}{2,}|[xX][nN]--[\p{L}\p{N}-]+|\p{L}{2,}(?=[/:?#]\S))"
)
ADDRESSES = (  # what browsers follow where they expect an address, beyond what mail programs make links of
    regex.compile(r"(?<![\p{L}\p{N}])[a-zA-Z][a-zA-Z0-9+.-]+:(?=\S)\S*"),  # any scheme
    regex.compile(r"[/\\]{2}\S*"),  # //host; browsers read \\ as //
    regex.compile(rf"{HOST}{TOP_LEVEL_DOMAIN}\S*"),
    regex.compile(r"(?<![\p{N}.])\d{1,3}(?:\.\d{1,3}){3}(?![\p{N}.])"),
)
EDGES = regex.compile(r"^[^\p{L}\p{N}/\\]+|[^\p{L}\p{N}/\\]+$")

LATE_APOSTROPHE = regex.compile(r"(?<=[\p{L}\p{M}])'")
OPENING = regex.compile(r"(?<![\p{L}\p{M}])'")
GERSHAYIM = regex.compile(r"(?<=\p{Script=Hebr}\p{M}*)\"(?=\p{Script=Hebr})")
GERESH = regex.compile(r"(?<=\p{Script=Hebr}\p{M}*)'")


def injection_issues(message: Message, text: str, locale: str) -> Iterator[Issue]:
    """A translation may repeat what its source has."""
    source = fold_url_text(without_markup(f"{message.source} {message.plural or ''}"))
    has_template = TEMPLATE.search(text)
    text = fold_url_text(without_markup(text))
    if quotes := _foreign(QUOTE, text, source):
        yield Issue("quotes", {"found": quotes, "marks": quotation_marks(locale)})
    if attributes := _foreign(ATTRIBUTE, text, source):
        yield Issue("attribute", {"found": attributes})
    if not has_template and (braces := _foreign(BRACES, text, source)):
        yield Issue("braces", {"found": braces})


def address_issues(message: Message, text: str) -> Iterator[Issue]:
    """Addresses that only a program would follow. For texts in which there are no foreign links."""
    known = _addresses(f"{message.source} {message.plural or ''}")
    found = sorted(_addresses(text) - known)
    whole = [each for each in found if not any(each in other for other in found if other != each)]
    if whole:
        yield Issue("link_foreign", {"links": whole, "known": []})


def with_typographic_apostrophes(text: str) -> str:
    """Replaces ' by ’ in texts such as l’action or un po’, and in Hebrew by geresh and gershayim.

    Quotes stay as they are: the check reports them.
    """
    parts = TAG.split(text)
    tags = [*TAG.findall(text), ""]
    return "".join(_with_apostrophes(part) + tag for part, tag in zip(parts, tags, strict=True))


def without_markup(text: str) -> str:
    """Without tags, which have rules of their own, and without placeholders."""
    return NAMED.sub("…", TAG.sub(" ", text))


def _with_apostrophes(text: str) -> str:
    text = GERESH.sub("\u05f3", GERSHAYIM.sub("\u05f4", text))
    return text if OPENING.search(text) else LATE_APOSTROPHE.sub("\u2019", text)


def _foreign(pattern: "regex.Pattern[str]", text: str, source: str) -> list[str]:
    """Matches that the source does not have."""
    known = {_without_spaces(each) for each in pattern.findall(source)}
    found = dict.fromkeys(_without_spaces(each) for each in pattern.findall(text))
    return [each for each in found if each not in known]


def _addresses(text: str) -> set[str]:
    plain = fold_url_text(BRACES.sub(" ", without_markup(text)))
    found = {EDGES.sub("", each) for pattern in ADDRESSES for each in pattern.findall(plain)}
    return {each for each in found if not EXAMPLE_HOST.search(each)}


def _without_spaces(text: str) -> str:
    """Of an attribute: `href =` is the same as `href=`."""
    return "".join(text.split()) if text.endswith("=") else text
