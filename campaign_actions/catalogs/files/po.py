"""Files of translators' programs (.po): read and written so that nothing they keep in them is lost.

Comments, flags, former sources, entries that are no longer used and headers that we do not know stay
as they are, and lines are wrapped as gettext does.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap

from translate.storage.poparser import PoParseState, parse_units
from translate.storage.pypo import pofile, pounit, splitlines

from campaign_actions.catalogs.validation.rules.placeholders import PLACEHOLDER
from campaign_actions.core.i18n.message import Forms, Message

WIDTH = 79  # of the lines that say where a message stands
AN_ENTRY = re.compile(rb"msgid[\s\"]")
MOST_FORMS = 20  # in whatever language somebody counts
MOST_LENGTH = "max-length"  # Weblate's flag

Key = tuple[str, str]  # context and source
WRAPPER = pofile().wrapper  # how lines are broken


class NotReadable(ValueError):
    """`line`: where it stops to be a catalog; `found`: what stands there."""

    def __init__(self, line: int, found: str) -> None:
        super().__init__(f"line {line}: {found}")
        self.line, self.found = line, found


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What a file says about one message."""

    context: str
    source: str
    plural: str | None
    forms: Forms
    line: int
    is_fuzzy: bool

    @property
    def key(self) -> Key:
        return self.context, self.source


class PoFile:
    """One file. `bytes()` of it is what is written."""

    def __init__(self, store: pofile, lines: Sequence[int] = ()) -> None:
        self.store = store
        self._lines = lines

    def __bytes__(self) -> bytes:
        return bytes(self.store)

    @property
    def headers(self) -> dict[str, str]:
        return dict(self.store.parseheader())

    def set_headers(self, headers: Mapping[str, str]) -> None:
        """Change these or add them; all others stay, in their order."""
        self.store.updateheader(
            add=True, **{name.replace("-", "_"): value for name, value in headers.items()}
        )

    @property
    def units(self) -> list[pounit]:
        """All but the header, also what is no longer used."""
        return [unit for unit in self.store.units if not unit.isheader()]

    def entries(self) -> Iterator[Entry]:
        """What is in use, with the lines that a person finds it in."""
        units = [unit for unit in self.store.units if not unit.isobsolete()]
        is_known = len(units) == len(self._lines)
        for number, unit in enumerate(units):
            if not unit.isheader():
                yield _entry(unit, self._lines[number] if is_known else 0)


def read_po(data: bytes) -> PoFile:
    """Read a file. Raises NotReadable."""
    store = pofile()
    store.units = []  # a header that it makes by itself
    lines, store.newline = splitlines(data)
    state = PoParseState(lines, store.create_unit)
    try:
        parse_units(state, store)
    except (ValueError, LookupError) as error:
        raise _not_readable(lines, state.lineno) from error
    entries = [number for number, line in enumerate(lines, 1) if AN_ENTRY.match(line)]
    used = sum(not unit.isobsolete() for unit in store.units)
    if len(entries) > used:  # the last one is cut off
        raise _not_readable(lines, entries[used])
    return PoFile(store, entries)


def new_po(headers: Mapping[str, str], *, comment: str = "") -> PoFile:
    """A file with nothing but its header."""
    file = PoFile(pofile())
    file.store.updateheader(add=True)
    header = file.store.header()
    header.target = "".join(f"{name}: {value}\n" for name, value in headers.items())
    header.markfuzzy(False)
    header.addnote(comment)
    return file


def key_of(unit: pounit) -> Key:
    return unit.getcontext(), sources_of(unit)[0]


def sources_of(unit: pounit) -> tuple[str, str | None]:
    """The source and the one for many."""
    texts = [str(text) for text in unit.source.strings] if unit.hasplural() else [str(unit.source)]
    return texts[0], texts[1] if unit.hasplural() else None


def forms_of(unit: pounit) -> Forms:
    """In the order of their numbers, and empty where one is left out; () for nothing at all."""
    if unit.hasplural() and isinstance(unit.msgstr, dict):
        texts = dict(zip(unit.msgstr, unit.target.strings, strict=True))
        forms = tuple(str(texts.get(n, "")) for n in range(min(max(texts) + 1, MOST_FORMS)))
    else:
        forms = (str(unit.target),)
    return forms if any(forms) else ()


def unit_for(message: Message, forms: Forms = (), *, count: int) -> pounit:
    """An entry. `count`: of plural forms, for who has to fill them in."""
    unit = pounit(wrapper=WRAPPER)
    describe(unit, message)
    empty = ("",) * (count if message.plural else 1)
    unit.target = list(forms or empty) if message.plural else (forms or empty)[0]
    return unit


def describe(unit: pounit, message: Message) -> None:
    """Say what the message is and where it stands; translation and translators' remarks stay."""
    if message.context:
        unit.setcontext(message.context)
    unit.source = [message.source, message.plural] if message.plural else message.source
    unit.automaticcomments = []
    for note in message.notes:
        unit.addnote(note, origin="developer")
    unit.sourcecomments = [f"#: {line}\n" for line in _lines(message.places)]
    has_placeholders = message.markup == "html" and bool(PLACEHOLDER.search(message.model))
    unit.settypecomment("python-format", has_placeholders)
    if message.max_length is not None:
        unit.settypecomment(f"{MOST_LENGTH}:{message.max_length}")


def _lines(places: Sequence[str]) -> list[str]:
    return wrap(
        " ".join(places), WIDTH - len("#: "), break_long_words=False, break_on_hyphens=False
    )


def _entry(unit: pounit, line: int) -> Entry:
    source, plural = sources_of(unit)
    return Entry(
        context=unit.getcontext(),
        source=source,
        plural=plural,
        forms=forms_of(unit),
        line=line,
        is_fuzzy=unit.isfuzzy(),
    )


def _not_readable(lines: Sequence[bytes], line: int) -> NotReadable:
    text = lines[line - 1].decode(errors="replace").strip() if 0 < line <= len(lines) else ""
    return NotReadable(line, text)
