"""Reading and writing compiled catalogs (.mo). Reading is safe for files from any source."""

import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from sys import intern

from translate.misc.multistring import multistring
from translate.storage.base import ParseError
from translate.storage.mo import mofile, mounit

from campaign_actions.catalogs.files.entry import FileEntry
from campaign_actions.core.i18n.message import Forms, Message

MAX_MESSAGES = 20_000
MAGIC = 0x950412DE


class InvalidMo(ValueError):
    """Not a compiled catalog, or a damaged one."""


@dataclass(frozen=True)
class MoFile:
    headers: Mapping[str, str]
    entries: tuple[FileEntry, ...]


def write_mo(headers: Mapping[str, str], messages: Iterable[tuple[Message, Forms]]) -> bytes:
    file = mofile()
    header = "".join(f"{name}: {value}\n" for name, value in headers.items())
    file.addunit(_unit([""], (header,)))
    for message, forms in messages:
        sources = [message.source, message.plural] if message.plural else [message.source]
        unit = _unit(sources, forms)
        if message.context:
            unit.setcontext(message.context)
        file.addunit(unit)
    return bytes(file)


def read_mo(data: bytes) -> MoFile:
    """Raises InvalidMo. Of an entry that the file has twice, the last one counts."""
    _check_table(data)
    file = mofile()
    try:
        file.parse(data)
    except (ValueError, LookupError, TypeError, ParseError, struct.error) as error:
        raise InvalidMo(str(error)) from error
    entries = {entry.key: entry for entry in map(_entry, file.units) if entry.source}
    return MoFile(dict(file.parseheader()), tuple(entries.values()))


def _entry(unit: mounit) -> FileEntry:
    source, *plural = map(str, unit.source.strings)
    forms = tuple(map(str, unit.target.strings))
    return FileEntry(
        context=intern(str(unit.getcontext() or "")),
        source=intern(source),  # the catalogs of all languages share one copy
        plural=plural[0] if plural else None,
        forms=forms if any(forms) else (),
    )


def _unit(sources: list[str], forms: Forms) -> mounit:
    unit = mounit(multistring(sources))
    unit.target = multistring(list(forms))
    return unit


def _check_table(data: bytes) -> None:
    """Raises InvalidMo: a tiny table may point to the same text a million times, or past the end."""
    try:
        order = "<" if struct.unpack("<I", data[:4])[0] == MAGIC else ">"
        magic, _version, count, ids, texts = struct.unpack(f"{order}5I", data[:20])
        if magic != MAGIC or count > MAX_MESSAGES:
            raise InvalidMo("not a compiled catalog")
        extents = [
            struct.unpack_from(f"{order}2I", data, table + 8 * number)
            for table in (ids, texts)
            for number in range(count)
        ]
    except struct.error as error:
        raise InvalidMo("truncated") from error
    if any(length + offset > len(data) for length, offset in extents):
        raise InvalidMo("truncated")
    if sum(length for length, _offset in extents) > len(data):
        raise InvalidMo("overlapping texts")
