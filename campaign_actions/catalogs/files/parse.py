"""Step 1 of an import: parse a .po, .mo or XLIFF file from any source.

No file raises an error. One that cannot be read has an issue and no entries.
"""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Literal

from campaign_actions.catalogs.files.entry import FileEntry, FileIssue
from campaign_actions.catalogs.files.headers import CAMPAIGN_HEADER, CHARSETS
from campaign_actions.catalogs.files.mo import MAX_MESSAGES, InvalidMo, read_mo
from campaign_actions.catalogs.files.po import PoSyntaxError, read_po
from campaign_actions.catalogs.files.xliff.read import InvalidXliff, read_xliff
from campaign_actions.core.i18n.message import Issue

Format = Literal["po", "mo", "xliff"]

MAX_BYTES = 2_000_000
BOM = b"\xef\xbb\xbf"
UTF_16_BOMS = (b"\xff\xfe", b"\xfe\xff")
MO_MAGIC_NUMBERS = (b"\xde\x12\x04\x95", b"\x95\x04\x12\xde")
CHARSET = re.compile(rb"charset=\s*([^\s\\\"]+)")
SECOND_ENTRY = re.compile(rb"(?<=\n)msgid \"[^\"]")
HEADER_NAME = re.compile(rb"^(?:msgstr )?\"([A-Za-z-]+)", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class ParsedFile:
    format: Format
    headers: Mapping[str, str] = field(default_factory=dict)  # named as in .po, also of XLIFF
    header_lines: Mapping[str, int] = field(default_factory=dict)  # "": where the header begins
    entries: tuple[FileEntry, ...] = ()
    issues: tuple[FileIssue, ...] = ()  # why the file cannot be read
    has_bom: bool = False

    @property
    def campaign(self) -> str:
        """The slug of the campaign that the file names; empty if it names none."""
        return self.headers.get(CAMPAIGN_HEADER, "")

    @property
    def language(self) -> str:
        """The language that the file names, as written there; empty if it names none."""
        return self.headers.get("Language", "")


def parse(data: bytes, file_format: Format | None = None) -> ParsedFile:
    """Parse a file; unless told, its format is recognised by its first bytes."""
    file_format = file_format or _detect_format(data)
    has_bom = file_format == "po" and data.startswith(BOM)
    text = data.removeprefix(BOM) if has_bom else data
    if issue := _size_issue(text):
        return _unreadable(file_format, issue, has_bom=has_bom)
    if file_format == "po":
        return replace(_parse_po(text), has_bom=has_bom)
    return _parse_mo(text) if file_format == "mo" else _parse_xliff(text)


def is_xliff(data: bytes) -> bool:
    """Whether a file looks like XML; no .po starts like that."""
    return data.startswith(UTF_16_BOMS) or data.removeprefix(BOM).lstrip().startswith(b"<")


def _detect_format(data: bytes) -> Format:
    if is_xliff(data):
        return "xliff"
    return "mo" if data.startswith(MO_MAGIC_NUMBERS) else "po"


def _size_issue(data: bytes) -> FileIssue | None:
    if len(data) > MAX_BYTES:
        return FileIssue(issue=Issue("too_big", {"size": len(data), "most": MAX_BYTES}))
    return None if data.strip() else FileIssue(issue=Issue("empty"))


def _unreadable(file_format: Format, issue: FileIssue, *, has_bom: bool = False) -> ParsedFile:
    return ParsedFile(format=file_format, issues=(issue,), has_bom=has_bom)


def _parse_po(data: bytes) -> ParsedFile:
    if issue := _encoding_issue(data) or _charset_issue(data):
        return ParsedFile(format="po", headers=_headers_of_damaged_po(data), issues=(issue,))
    try:
        file = read_po(data)
    except PoSyntaxError as error:
        issue = FileIssue(issue=Issue("syntax", {"found": error.found}), line=error.line)
        return _unreadable("po", issue)
    entries, headers = tuple(file.entries()), file.headers
    if len(entries) > MAX_MESSAGES:
        values = {"count": len(entries), "most": MAX_MESSAGES}
        issue = FileIssue(issue=Issue("too_many", values))
        return ParsedFile(format="po", headers=headers, issues=(issue,))
    lines = _header_lines(data)
    return ParsedFile(format="po", headers=headers, header_lines=lines, entries=entries)


def _parse_mo(data: bytes) -> ParsedFile:
    try:
        file = read_mo(data)
    except InvalidMo:
        return _unreadable("mo", FileIssue(issue=Issue("not_compiled")))
    return ParsedFile(format="mo", headers=file.headers, entries=file.entries)


def _parse_xliff(data: bytes) -> ParsedFile:
    try:
        file = read_xliff(data)
    except InvalidXliff as error:
        issue = FileIssue(issue=Issue(error.code, error.values), line=error.line)
        return _unreadable("xliff", issue)
    return ParsedFile(
        format="xliff", headers=file.headers, header_lines={"": 1}, entries=file.entries
    )


def _encoding_issue(data: bytes) -> FileIssue | None:
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        return FileIssue(issue=Issue("not_utf8"), line=_line_at(data, error.start))
    if "\0" in text:
        return FileIssue(issue=Issue("not_text"), line=_line_at(data, data.index(b"\0")))
    return None


def _charset_issue(data: bytes) -> FileIssue | None:
    """Looked for in the bytes: parsing would already decode them with the charset of the header."""
    head = _head(data)
    found = CHARSET.search(head)
    if found is None or found[1].decode().casefold() in CHARSETS:
        return None
    issue = Issue("charset", {"found": found[1].decode()})
    return FileIssue(issue=issue, line=_line_at(head, found.start()))


def _headers_of_damaged_po(data: bytes) -> Mapping[str, str]:
    """Even then they often name the language and the campaign, which decide who is told of the damage."""
    with suppress(ValueError, LookupError):
        return read_po(data).headers
    return {}


def _header_lines(data: bytes) -> Mapping[str, int]:
    head = _head(data)
    lines = {"": _line_at(data, max(data.find(b"msgid"), 0))}
    for found in HEADER_NAME.finditer(head):
        lines.setdefault(found[1].decode(), _line_at(head, found.start()))
    return lines


def _head(data: bytes) -> bytes:
    return SECOND_ENTRY.split(data, 1)[0]


def _line_at(data: bytes, offset: int) -> int:
    return data[:offset].count(b"\n") + 1
