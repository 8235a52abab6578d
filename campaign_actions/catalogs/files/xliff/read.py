"""Reading XLIFF 2 files from any source.

A document type is refused, so there are no entities; nothing outside the file is ever read. Unknown
elements are ignored.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from campaign_actions.catalogs.files.entry import FileEntry
from campaign_actions.catalogs.files.headers import (
    CAMPAIGN_HEADER,
    SOURCE_HEADER,
    VERSION_HEADER,
)
from campaign_actions.catalogs.files.xliff.schema import (
    CAMPAIGN,
    CATEGORY,
    CORE,
    METADATA,
    VERSION,
)
from campaign_actions.catalogs.files.xliff.units import unit_entry

HEADERS = {CAMPAIGN: CAMPAIGN_HEADER, VERSION: VERSION_HEADER}  # of metadata


class InvalidXliff(ValueError):
    """`code`: of an issue; `values`: for its text."""

    def __init__(self, code: str, line: int | None = None, **values: str) -> None:
        super().__init__(code)
        self.code, self.line, self.values = code, line, values


@dataclass(frozen=True, kw_only=True)
class XliffFile:
    """`headers`: languages and metadata, named as in a .po; `entries`: one for each unit."""

    headers: Mapping[str, str]
    entries: tuple[FileEntry, ...]


def read_xliff(data: bytes) -> XliffFile:
    """Raises InvalidXliff."""
    root = _root(data)
    headers = {
        "Language": root.get("trgLang", ""),
        SOURCE_HEADER: root.get("srcLang", ""),
        **dict(_metadata(root)),
    }
    units = root.iter(f"{{{CORE}}}unit")
    return XliffFile(headers=headers, entries=tuple(map(unit_entry, units)))


def _root(data: bytes) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    if b"<!DOCTYPE" in data.replace(b"\0", b""):  # without the zeros of UTF-16
        raise InvalidXliff("doctype", 1)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise InvalidXliff("xml", error.lineno, found=error.msg) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise InvalidXliff("doctype", 1)
    if root.tag != f"{{{CORE}}}xliff" or not root.get("version", "").startswith("2."):
        raise InvalidXliff("xliff_version", root.sourceline)
    return root


def _metadata(root: etree._Element) -> Iterator[tuple[str, str]]:
    """The headers that the export wrote about the file."""
    for group in root.iter(f"{{{METADATA}}}metaGroup"):
        if group.get("category") == CATEGORY:
            for meta in group.iter(f"{{{METADATA}}}meta"):
                if header := HEADERS.get(meta.get("type", "")):
                    yield header, (meta.text or "").strip()
