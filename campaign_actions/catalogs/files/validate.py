"""The gate for files: what is wrong with a catalog as a whole, and with each of its translations.

Command, upload, build and CI ask it. What is right can be used although something else is wrong; of a
file whose head is wrong nothing is used.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from campaign_actions.catalogs.files.headers import CHARSETS, header_faults
from campaign_actions.catalogs.files.mo import MOST_MESSAGES, NotCompiled, read_mo
from campaign_actions.catalogs.files.po import Entry, Key, NotReadable, read_po
from campaign_actions.catalogs.validation.validate import doubts, faults
from campaign_actions.core.i18n.message import Forms, Issue, Message
from campaign_actions.core.i18n.plurals import plural_rule

MOST_BYTES = 2_000_000
BOM = b"\xef\xbb\xbf"
CHARSET = re.compile(rb"charset=\s*([^\s\\\"]+)")
SECOND_ENTRY = re.compile(rb"(?<=\n)msgid \"[^\"]")
LINES_OF = {  # which header a fault is about
    "language_missing": b'"Language',
    "language_wrong": b'"Language:',
    "charset_missing": b'"Content-Type:',
    "plurals_missing": b'"Plural-Forms',
    "plurals_wrong": b'"Plural-Forms:',
}


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """A fault, and where a person finds it: a line of the file, a message."""

    fault: Issue
    line: int | None = None
    context: str = ""
    source: str = ""


@dataclass(kw_only=True)
class Checked:
    """What a file holds. `translations`: by the keys of messages, in the forms of the language."""

    refusals: list[Refusal] = field(default_factory=list)
    doubts: list[Refusal] = field(default_factory=list)
    translations: dict[str, Forms] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)  # all that were looked at


def check_file(data: bytes, *, tag: str, messages: Iterable[Message], is_compiled: bool) -> Checked:
    """Check a .po or, compiled, a .mo that is said to be in a language. It is read, whatever is in it."""
    known = {(message.context, message.source): message for message in messages}
    if fault := _size_fault(data):
        return Checked(refusals=[Refusal(fault=fault)])
    return _check_mo(data, tag, known) if is_compiled else _check_po(data, tag, known)


def check_entries(
    entries: Iterable[Entry], *, tag: str, known: Mapping[Key, Message], header: str
) -> Checked:
    """Check translations, whatever they were read from. `header`: by which its forms are counted."""
    checked, lines = Checked(), dict[Key, int]()
    for entry in entries:
        checked.entries.append(entry)
        if entry.key in lines:
            fault = Issue("duplicate", {"line": lines[entry.key]})
            checked.refusals.append(_of(entry, fault))
            continue
        lines[entry.key] = entry.line
        _check_entry(checked, entry, known.get(entry.key), tag=tag, header=header)
    return checked


def _size_fault(data: bytes) -> Issue | None:
    if len(data) > MOST_BYTES:
        return Issue("too_big", {"size": len(data), "most": MOST_BYTES})
    return None if data.strip() else Issue("empty")


def _check_po(data: bytes, tag: str, known: Mapping[Key, Message]) -> Checked:
    if refusal := _encoding_refusal(data) or _charset_refusal(data):
        return Checked(refusals=[refusal])
    try:
        file = read_po(data)
    except NotReadable as error:
        fault = Issue("syntax", {"found": error.found})
        return Checked(refusals=[Refusal(fault=fault, line=error.line)])
    entries = list(file.entries())
    if len(entries) > MOST_MESSAGES:
        fault = Issue("too_many", {"count": len(entries), "most": MOST_MESSAGES})
        return Checked(refusals=[Refusal(fault=fault)])
    heads = [
        Refusal(fault=fault, line=_header_line(data, fault))
        for fault in header_faults(file.headers, tag)
    ]
    if heads:
        return Checked(refusals=heads, headers=file.headers)
    header = file.headers["Plural-Forms"]
    checked = check_entries(entries, tag=tag, known=known, header=header)
    checked.headers = file.headers
    return checked


def _check_mo(data: bytes, tag: str, known: Mapping[Key, Message]) -> Checked:
    try:
        compiled = read_mo(data)
    except NotCompiled:
        return Checked(refusals=[Refusal(fault=Issue("not_compiled"))])
    if heads := [Refusal(fault=fault) for fault in header_faults(compiled.headers, tag)]:
        return Checked(refusals=heads, headers=compiled.headers)
    entries = (
        Entry(context=context, source=source, plural=plural, forms=forms, line=0, is_fuzzy=False)
        for (context, source), (plural, forms) in compiled.messages.items()
    )
    header = compiled.headers["Plural-Forms"]
    checked = check_entries(entries, tag=tag, known=known, header=header)
    checked.headers = compiled.headers
    return checked


def _check_entry(
    checked: Checked, entry: Entry, message: Message | None, *, tag: str, header: str
) -> None:
    if message is None or entry.plural != message.plural:
        checked.refusals.append(_of(entry, Issue("message_unknown")))
    elif entry.is_fuzzy:
        checked.doubts.append(_of(entry, Issue("fuzzy")))
    elif entry.forms:
        forms = _adapted(entry, tag, header)
        found = list(_faults(message, entry, forms, tag))
        checked.refusals += [_of(entry, fault) for fault in found]
        if forms and not found:
            checked.doubts += [_of(entry, fault) for fault in doubts(message, forms)]
            checked.translations[message.key] = forms


def _adapted(entry: Entry, tag: str, header: str) -> Forms | None:
    """The forms as the language counts here; None: there are not as many as the file says."""
    return plural_rule(tag).adapt(entry.forms, header) if entry.plural else entry.forms


def _faults(message: Message, entry: Entry, forms: Forms | None, tag: str) -> Iterator[Issue]:
    if forms is None:
        yield Issue("forms", {"count": len(entry.forms), "needed": plural_rule(tag).count})
    else:
        yield from faults(message, forms, tag)


def _encoding_refusal(data: bytes) -> Refusal | None:
    if data.startswith(BOM):
        return Refusal(fault=Issue("bom"), line=1)
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        return Refusal(fault=Issue("not_utf8"), line=data[: error.start].count(b"\n") + 1)
    if "\0" in text:
        return Refusal(fault=Issue("not_text"), line=text[: text.index("\0")].count("\n") + 1)
    return None


def _charset_refusal(data: bytes) -> Refusal | None:
    """Found before the file is read, since it is read as its header says."""
    head = SECOND_ENTRY.split(data, 1)[0]
    found = CHARSET.search(head)
    if found is None or found[1].decode().casefold() in CHARSETS:
        return None
    fault = Issue("charset", {"found": found[1].decode()})
    return Refusal(fault=fault, line=head[: found.start()].count(b"\n") + 1)


def _header_line(data: bytes, fault: Issue) -> int:
    """Of the header that the fault is about, or of the head as a whole."""
    places = (data.find(LINES_OF.get(fault.code, b"msgid")), data.find(b"msgid"), 0)
    place = next(place for place in places if place >= 0)
    return data[:place].count(b"\n") + 1


def _of(entry: Entry, fault: Issue) -> Refusal:
    return Refusal(fault=fault, line=entry.line or None, context=entry.context, source=entry.source)
