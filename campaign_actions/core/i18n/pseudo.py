"""Languages nobody speaks, for who develops: what is not in the catalogs, or too narrow, is seen at once.

`en-XA` has accents and is 40 per cent longer, `ar-XB` is written from right to left. Android and
Chromium call theirs so, too.
"""

import re

from campaign_actions.core.i18n.catalog import GettextCatalog

PSEUDO_LOCALES = ("en-XA", "ar-XB")
BASE_LOCALES = {"en-XA": "en", "ar-XB": "ar"}  # whose numbers, dates and countries they have
EXPANSION = 0.4
ACCENTS = str.maketrans(
    "ACDEGHIJKLNORSTUWYZacdeghijklnorstuwyz", "ÀÇÐÉĜĤÎĴĶĻÑÖŔŠŢÛŴÝŽàçðéĝĥîĵķļñöŕšţûŵýž"
)
MIRROR = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "ابثدعفجحيژكلمنوپقرستۆڤوخيزابثدعفجحيژكلمنوپقرستۆڤوخيز",
)
NOT_TEXT = re.compile(r"%\(\w+\)\w|%%|</?\w[^>]*>|&\w+;|https?://\S+")  # what is no word


class PseudoCatalog(GettextCatalog):
    """The source, made strange."""

    def __init__(self, tag: str) -> None:
        super().__init__(tag, {})

    def gettext_plain(self, source: str, context: str = "") -> str:
        return pseudo_localize(source, self.tag)

    def ngettext_plain(self, source: str, plural: str, number: int, context: str = "") -> str:
        return self.gettext_plain(source if number == 1 else plural, context)


def pseudo_localize(source: str, tag: str) -> str:
    """The text as a pseudo-locale writes it; placeholders, tags and addresses stay as they are."""
    letters = MIRROR if tag == "ar-XB" else ACCENTS
    parts = NOT_TEXT.split(source)
    kept = [*NOT_TEXT.findall(source), ""]
    text = "".join(part.translate(letters) + keep for part, keep in zip(parts, kept, strict=True))
    return _longer(text, sum(map(len, parts))) if tag == "en-XA" else text


def _longer(text: str, letters: int) -> str:
    """With words of no meaning at its end, in brackets that show where it was cut off."""
    more = int(letters * EXPANSION)
    tail = "".join(" ~~~~"[number % 5] for number in range(more))
    body = text.rstrip("\n")
    return f"[{body}{tail}]{text[len(body) :]}" if letters > 1 else text
