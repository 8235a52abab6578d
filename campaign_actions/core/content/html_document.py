"""HTML pages as trees, for the few places that change a page after it was rendered."""

import re

from lxml import html
from lxml.html import HtmlElement

DOCTYPE = "<!DOCTYPE html>"
# What XML allows in no text: lxml raises ValueError when such a text is set.
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def parse_document(page: str) -> HtmlElement:
    """The <html> element of a whole page. A character that XML has no place for becomes U+FFFD."""
    return html.document_fromstring(NOT_IN_XML.sub("\ufffd", page))


def parse_fragment(markup: str) -> HtmlElement:
    """The one element that the markup consists of."""
    return html.fragment_fromstring(NOT_IN_XML.sub("\ufffd", markup))


def write_document(document: HtmlElement) -> str:
    written: str = html.tostring(document, encoding="unicode", doctype=DOCTYPE)
    return written
