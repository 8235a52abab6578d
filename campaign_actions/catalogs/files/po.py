"""Reading and writing .po files without losing anything that translators' programs keep in them.

Comments, flags, previous sources, obsolete entries and unknown headers stay as they are, and lines are
wrapped as gettext wraps them.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap

from translate.storage.poparser import PoParseState, parse_units
from translate.storage.pypo import pofile, pounit, splitlines

from campaign_actions.catalogs.files.entry import MAX_FORMS, FileEntry, Key
from campaign_actions.catalogs.validation.rules.placeholders import PLACEHOLDER
from campaign_actions.core.i18n.message import Forms, Message

LINE_WIDTH = 79  # of the comments that name the places of a message
ENTRY_START = re.compile(rb"msgid[\s\"]")
MAX_LENGTH_FLAG = "max-length"  # Weblate's flag
LINE_WRAPPER = pofile().wrapper


class PoSyntaxError(ValueError):
    """`line`: where the file stops being a catalog; `found`: the text there."""

    def __init__(self, line: int, found: str) -> None:
        super().__init__(f"line {line}: {found}")
        self.line, self.found = line, found


class PoFile:
    """A file; `bytes(file)` writes it."""

    def __init__(self, store: pofile, lines: Sequence[int] = ()) -> None:
        self.store = store
        self._lines = lines

    def __bytes__(self) -> bytes:
        return bytes(self.store)

    @property
    def headers(self) -> dict[str, str]:
        return dict(self.store.parseheader())

    def set_headers(self, headers: Mapping[str, str]) -> None:
        """Set these headers. The others stay, in their order."""
        self.store.updateheader(
            add=True, **{name.replace("-", "_"): value for name, value in headers.items()}
        )

    @property
    def units(self) -> list[pounit]:
        """All entries but the header, including obsolete ones."""
        return [unit for unit in self.store.units if not unit.isheader()]

    def entries(self) -> Iterator[FileEntry]:
        """All entries but the header and obsolete ones, with their line numbers."""
        units = [unit for unit in self.store.units if not unit.isobsolete()]
        has_lines = len(units) == len(self._lines)
        for number, unit in enumerate(units):
            if not unit.isheader():
                yield _entry(unit, self._lines[number] if has_lines else 0)


def read_po(data: bytes) -> PoFile:
    """Raises PoSyntaxError."""
    store = pofile()
    store.units = []  # the toolkit adds a header of its own
    lines, store.newline = splitlines(data)
    state = PoParseState(lines, store.create_unit)
    try:
        parse_units(state, store)
    except (ValueError, LookupError) as error:
        raise _syntax_error(lines, state.lineno) from error
    entries = [number for number, line in enumerate(lines, 1) if ENTRY_START.match(line)]
    used = sum(not unit.isobsolete() for unit in store.units)
    if len(entries) > used:  # the parser silently drops an entry that is cut off
        raise _syntax_error(lines, entries[used])
    return PoFile(store, entries)


def create_po(headers: Mapping[str, str], *, comment: str = "") -> PoFile:
    """A file without entries."""
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
    """The source, and its plural."""
    texts = [str(text) for text in unit.source.strings] if unit.hasplural() else [str(unit.source)]
    return texts[0], texts[1] if unit.hasplural() else None


def forms_of(unit: pounit) -> Forms:
    """In the order of their numbers, "" where one is missing; () if there is no translation."""
    if unit.hasplural() and isinstance(unit.msgstr, dict):
        texts = dict(zip(unit.msgstr, unit.target.strings, strict=True))
        forms = tuple(str(texts.get(n, "")) for n in range(min(max(texts) + 1, MAX_FORMS)))
    else:
        forms = (str(unit.target),)
    return forms if any(forms) else ()


def create_unit(message: Message, forms: Forms = (), *, count: int) -> pounit:
    """A new entry. `count`: how many plural forms the language has."""
    unit = pounit(wrapper=LINE_WRAPPER)
    describe_unit(unit, message)
    empty = ("",) * (count if message.plural else 1)
    unit.target = list(forms or empty) if message.plural else (forms or empty)[0]
    return unit


def describe_unit(unit: pounit, message: Message) -> None:
    """Set everything that comes from the message. Translation and translators' comments stay."""
    if message.context:
        unit.setcontext(message.context)
    unit.source = [message.source, message.plural] if message.plural else message.source
    unit.automaticcomments = []
    for note in message.notes:
        unit.addnote(note, origin="developer")
    unit.sourcecomments = [f"#: {line}\n" for line in _wrap_places(message.places)]
    has_placeholders = message.markup == "html" and bool(PLACEHOLDER.search(message.model))
    unit.settypecomment("python-format", has_placeholders)
    if message.max_length is not None:
        unit.settypecomment(f"{MAX_LENGTH_FLAG}:{message.max_length}")


def _wrap_places(places: Sequence[str]) -> list[str]:
    return wrap(
        " ".join(places), LINE_WIDTH - len("#: "), break_long_words=False, break_on_hyphens=False
    )


def _entry(unit: pounit, line: int) -> FileEntry:
    source, plural = sources_of(unit)
    return FileEntry(
        context=unit.getcontext(),
        source=source,
        plural=plural,
        forms=forms_of(unit),
        line=line,
        is_fuzzy=unit.isfuzzy(),
    )


def _syntax_error(lines: Sequence[bytes], line: int) -> PoSyntaxError:
    text = lines[line - 1].decode(errors="replace").strip() if 0 < line <= len(lines) else ""
    return PoSyntaxError(line, text)
