"""What has no place in words, and would have a meaning where they stand, were they not escaped.

Only for messages of the program: they stand in attributes, in JSON, in mails, and are written by
people who may not publish a page. Campaign copy keeps its ordinary quotes and braces: people write
them, it stands in text alone, and it goes through the sanitiser (`core/content/markdown`) before it is shown.
"""

from collections.abc import Iterator

import regex

from campaign_actions.catalogs.validation.quotation_marks import quotation_marks
from campaign_actions.catalogs.validation.rules.links import EXAMPLES
from campaign_actions.catalogs.validation.rules.measures import TEMPLATE
from campaign_actions.catalogs.validation.rules.placeholders import NAMED
from campaign_actions.core.forms.input_text import fold_url_text
from campaign_actions.core.i18n.message import Issue, Message

TAG = regex.compile(r"<[^<>]*>")
# An apostrophe has letters on both sides; whatever else is written like one is a quote
QUOTE = regex.compile(r"\"|(?<![\p{L}\p{M}])'|'(?!\p{L})")
ATTRIBUTE = regex.compile(r"[\p{L}_:@][\p{L}\p{M}\p{N}_:.-]*\s*=")
BRACES = regex.compile(r"\{[^{}]*\}|[{}]")
# Of a host. A word behind a full stop is taken for one as well: it lacks its space
HOST = r"[\p{L}\p{N}][\p{L}\p{M}\p{N}_-]*\.(?:[\p{L}\p{M}\p{N}_-]+\.)*"
# Two letters of scripts with capitals are left to the list of countries: EE.UU. is no address
TOP = r"(?:\p{L}[\p{L}\p{M}]{2,}|\p{Lo}{2,}|[xX][nN]--[\p{L}\p{N}-]+|\p{L}{2,}(?=[/:?#]\S))"
ADDRESSES = (  # what a browser would follow where it expects one, besides what mail programs know
    regex.compile(r"(?<![\p{L}\p{N}])[a-zA-Z][a-zA-Z0-9+.-]+:(?=\S)\S*"),  # any scheme
    regex.compile(r"[/\\]{2}\S*"),  # //host; \\ is taken for the same
    regex.compile(rf"{HOST}{TOP}\S*"),
    regex.compile(r"(?<![\p{N}.])\d{1,3}(?:\.\d{1,3}){3}(?![\p{N}.])"),
)
EDGES = regex.compile(r"^[^\p{L}\p{N}/\\]+|[^\p{L}\p{N}/\\]+$")

LATE_APOSTROPHE = regex.compile(r"(?<=[\p{L}\p{M}])'")
OPENING = regex.compile(r"(?<![\p{L}\p{M}])'")
GERSHAYIM = regex.compile(r"(?<=\p{Script=Hebr}\p{M}*)\"(?=\p{Script=Hebr})")
GERESH = regex.compile(r"(?<=\p{Script=Hebr}\p{M}*)'")


def injection_faults(message: Message, text: str, locale: str) -> Iterator[Issue]:
    """Of what its source has, a translation may have as much as it likes."""
    source = fold_url_text(words_alone(f"{message.source} {message.plural or ''}"))
    is_template = TEMPLATE.search(text)
    text = fold_url_text(words_alone(text))
    if quotes := _foreign(QUOTE, text, source):
        yield Issue("quotes", {"found": quotes, "marks": quotation_marks(locale)})
    if attributes := _foreign(ATTRIBUTE, text, source):
        yield Issue("attribute", {"found": attributes})
    if not is_template and (braces := _foreign(BRACES, text, source)):
        yield Issue("braces", {"found": braces})


def address_faults(message: Message, text: str) -> Iterator[Issue]:
    """For a text without links: those that only a program would follow."""
    known = _addresses(f"{message.source} {message.plural or ''}")
    found = sorted(_addresses(text) - known)
    longest = [each for each in found if not any(each in other for other in found if other != each)]
    if longest:
        yield Issue("link_foreign", {"links": longest, "known": []})


def with_apostrophes(text: str) -> str:
    """The typewriter's apostrophe as it is printed: l’action, un po’. Quotes are left for the check.

    In Hebrew, what keyboards have in place of geresh and gershayim.
    """
    parts = TAG.split(text)
    tags = [*TAG.findall(text), ""]
    return "".join(_printed(part) + tag for part, tag in zip(parts, tags, strict=True))


def words_alone(text: str) -> str:
    """Without tags, which are held against those of the source, and without what is put in."""
    return NAMED.sub("…", TAG.sub(" ", text))


def _printed(text: str) -> str:
    text = GERESH.sub("\u05f3", GERSHAYIM.sub("\u05f4", text))
    return text if OPENING.search(text) else LATE_APOSTROPHE.sub("\u2019", text)


def _foreign(pattern: "regex.Pattern[str]", text: str, source: str) -> list[str]:
    """What the source has not, without its white space."""
    known = {_squeezed(each) for each in pattern.findall(source)}
    found = dict.fromkeys(_squeezed(each) for each in pattern.findall(text))
    return [each for each in found if each not in known]


def _addresses(text: str) -> set[str]:
    words = fold_url_text(BRACES.sub(" ", words_alone(text)))
    found = {EDGES.sub("", each) for pattern in ADDRESSES for each in pattern.findall(words)}
    return {each for each in found if not EXAMPLES.search(each)}


def _squeezed(text: str) -> str:
    return "".join(text.split()) if text.endswith("=") else text
