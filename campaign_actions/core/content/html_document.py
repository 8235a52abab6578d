"""HTML as trees, for the few places that change a page after rendering."""

import re

from lxml import html
from lxml.html import HtmlElement

DOCTYPE = "<!DOCTYPE html>"
# Characters that XML does not allow: lxml raises ValueError for text with them.
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def parse_document(page: str) -> HtmlElement:
    """The <html> element of a page. Characters that XML does not allow become U+FFFD."""
    return html.document_fromstring(NOT_IN_XML.sub("\ufffd", page))


def parse_fragment(markup: str) -> HtmlElement:
    """The single element of some markup."""
    return html.fragment_fromstring(NOT_IN_XML.sub("\ufffd", markup))


def write_document(document: HtmlElement) -> str:
    written: str = html.tostring(document, encoding="unicode", doctype=DOCTYPE)
    return written
