"""Compiled catalogs (.mo): written for the program, and read so that none can harm or stop it."""

import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from translate.misc.multistring import multistring
from translate.storage.base import ParseError
from translate.storage.mo import mofile, mounit

from campaign_actions.catalogs.files.po import Key
from campaign_actions.core.i18n.message import Forms, Message

MOST_MESSAGES = 20_000
MAGIC = 0x950412DE


class NotCompiled(ValueError):
    """It is no compiled catalog, or a broken one."""


@dataclass(frozen=True)
class Compiled:
    headers: Mapping[str, str]
    messages: Mapping[Key, tuple[str | None, Forms]]  # the source for many, and the forms


def write_mo(headers: Mapping[str, str], messages: Iterable[tuple[Message, Forms]]) -> bytes:
    file = mofile()
    head = "".join(f"{name}: {value}\n" for name, value in headers.items())
    file.addunit(_unit([""], (head,)))
    for message, forms in messages:
        sources = [message.source, message.plural] if message.plural else [message.source]
        unit = _unit(sources, forms)
        if message.context:
            unit.setcontext(message.context)
        file.addunit(unit)
    return bytes(file)


def read_mo(data: bytes) -> Compiled:
    """Read a file that anybody may have made. Raises NotCompiled."""
    _check_table(data)
    file = mofile()
    try:
        file.parse(data)
    except (ValueError, LookupError, TypeError, ParseError, struct.error) as error:
        raise NotCompiled(str(error)) from error
    messages: dict[Key, tuple[str | None, Forms]] = {}
    for unit in file.units:
        source, *plural = map(str, unit.source.strings)
        if source:
            forms = tuple(map(str, unit.target.strings))
            key = (str(unit.getcontext() or ""), source)
            messages[key] = (plural[0] if plural else None, forms if any(forms) else ())
    return Compiled(dict(file.parseheader()), messages)


def _unit(sources: list[str], forms: Forms) -> mounit:
    unit = mounit(multistring(sources))
    unit.target = multistring(list(forms))
    return unit


def _check_table(data: bytes) -> None:
    """A table of a few bytes may point to the same text a million times, or behind the end."""
    try:
        order = "<" if struct.unpack("<I", data[:4])[0] == MAGIC else ">"
        magic, _version, count, ids, texts = struct.unpack(f"{order}5I", data[:20])
        if magic != MAGIC or count > MOST_MESSAGES:
            raise NotCompiled("no table")
        places = [
            struct.unpack_from(f"{order}2I", data, table + 8 * number)
            for table in (ids, texts)
            for number in range(count)
        ]
    except struct.error as error:
        raise NotCompiled("cut off") from error
    if any(length + offset > len(data) for length, offset in places):
        raise NotCompiled("cut off")
    if sum(length for length, _offset in places) > len(data):
        raise NotCompiled("overlapping")
