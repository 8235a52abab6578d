"""Pseudo-locales for developers: they show untranslated text and layouts that are too narrow.

`en-XA` has accents and is 40 per cent longer, `ar-XB` is right-to-left. Android and Chromium use the
same names.
"""

import re

from campaign_actions.core.i18n.catalog import GettextCatalog

PSEUDO_LOCALES = ("en-XA", "ar-XB")
BASE_LOCALES = {"en-XA": "en", "ar-XB": "ar"}  # for numbers, dates and countries
EXPANSION = 0.4
ACCENTS = str.maketrans(
    "ACDEGHIJKLNORSTUWYZacdeghijklnorstuwyz", "ÀÇÐÉĜĤÎĴĶĻÑÖŔŠŢÛŴÝŽàçðéĝĥîĵķļñöŕšţûŵýž"
)
MIRROR = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "ابثدعفجحيژكلمنوپقرستۆڤوخيزابثدعفجحيژكلمنوپقرستۆڤوخيز",
)
# placeholders, tags, entities, links
NOT_TEXT = re.compile(r"%\(\w+\)\w|%%|</?\w[^>]*>|&\w+;|https?://\S+")


class PseudoCatalog(GettextCatalog):
    """The source texts, pseudo-localised."""

    def __init__(self, tag: str) -> None:
        super().__init__(tag, {})

    def gettext_plain(self, source: str, context: str = "") -> str:
        return pseudo_localize(source, self.tag)

    def ngettext_plain(self, source: str, plural: str, number: int, context: str = "") -> str:
        return self.gettext_plain(source if number == 1 else plural, context)


def pseudo_localize(source: str, tag: str) -> str:
    """A text in a pseudo-locale; placeholders, tags and links stay as they are."""
    letters = MIRROR if tag == "ar-XB" else ACCENTS
    parts = NOT_TEXT.split(source)
    kept = [*NOT_TEXT.findall(source), ""]
    text = "".join(part.translate(letters) + keep for part, keep in zip(parts, kept, strict=True))
    return _lengthen(text, sum(map(len, parts))) if tag == "en-XA" else text


def _lengthen(text: str, letters: int) -> str:
    """Pad the text at its end, in brackets that show where it was cut off."""
    extra = int(letters * EXPANSION)
    tail = "".join(" ~~~~"[number % 5] for number in range(extra))
    body = text.rstrip("\n")
    return f"[{body}{tail}]{text[len(body) :]}" if letters > 1 else text
