"""Step 2 of an import: match the entries of a file with the messages of a catalog.

Afterwards it no longer matters which format the file had, or how it counts plural forms.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from campaign_actions.catalogs.files.entry import MAX_FORMS, FileEntry, Key
from campaign_actions.catalogs.files.parse import ParsedFile
from campaign_actions.core.i18n.message import Forms, Message
from campaign_actions.core.i18n.plurals import InvalidPluralHeader, parse_header, plural_rule


@dataclass(frozen=True, kw_only=True)
class NormalisedEntry:
    entry: FileEntry  # in the context that its message has now
    message: Message | None  # None if the catalog has no such message
    forms: Forms | None  # those of the language; None if there are not as many as the file says


@dataclass(frozen=True, kw_only=True)
class NormalisedFile:
    """`entries`: in the order of the file; plural forms of XLIFF are joined, and come last."""

    file: ParsedFile
    locale: str
    entries: tuple[NormalisedEntry, ...]


def normalise(file: ParsedFile, messages: Iterable[Message], locale: str) -> NormalisedFile:
    """`messages`: of the catalog that the file belongs to; `locale`: what it should be translated into."""
    messages = tuple(messages)
    by_key = {message.key: message for message in messages}
    known = {(message.context, message.source): message for message in messages}
    entries = _follow_moves([*_join_units(file.entries, by_key)], known)
    order = _form_order(file.headers.get("Plural-Forms", ""), locale)
    normalised = tuple(
        NormalisedEntry(entry=entry, message=_message(entry, known), forms=_reorder(entry, order))
        for entry in entries
    )
    return NormalisedFile(file=file, locale=locale, entries=normalised)


def _message(entry: FileEntry, known: Mapping[Key, Message]) -> Message | None:
    message = known.get(entry.key)
    return message if message and message.plural == entry.plural else None


def _join_units(entries: Iterable[FileEntry], by_key: Mapping[str, Message]) -> Iterator[FileEntry]:
    """Entries of XLIFF, recognised by their ids: one for each message instead of one for each form."""
    plurals: dict[str, dict[int, FileEntry]] = defaultdict(dict)
    for entry in entries:
        key, _, form = entry.unit_id.partition(".")
        message = by_key.get(key)
        if message is None:
            yield entry
        elif message.plural is not None and form.isascii() and form.isdigit():
            plurals[key][int(form[:3])] = entry
        elif message.source.strip() == entry.source.strip():
            yield replace(entry, context=message.context, source=message.source)
        else:  # the source has changed since
            yield entry
    for key, units in plurals.items():
        yield _joined(by_key[key], units)


def _joined(message: Message, units: Mapping[int, FileEntry]) -> FileEntry:
    texts = [
        units[n].forms[0] if n in units and units[n].forms else "" for n in range(max(units) + 1)
    ]
    return FileEntry(
        context=message.context,
        source=message.source,
        plural=message.plural,
        forms=tuple(texts[:MAX_FORMS]) if any(texts) else (),
        line=min(unit.line for unit in units.values()),
        is_fuzzy=any(unit.is_fuzzy for unit in units.values()),
    )


def _follow_moves(
    entries: Sequence[FileEntry], known: Mapping[Key, Message]
) -> Iterator[FileEntry]:
    """Entries whose message has another context now, say because an action has got another slug.

    They move along if the same source is in the same field of exactly one message that the file lacks.
    """
    in_file = {entry.key for entry in entries}
    candidates = defaultdict(list)
    for context, source in known:
        if (context, source) not in in_file:
            candidates[_field(context), source].append(context)
    for entry in entries:
        contexts = [] if entry.key in known else candidates[_field(entry.context), entry.source]
        yield replace(entry, context=contexts[0]) if len(contexts) == 1 else entry


def _field(context: str) -> str:
    """`button` for the context "action hate-crimes: button"."""
    return context.rpartition(": ")[2]


@dataclass(frozen=True)
class _FormOrder:
    count: int  # of forms in the file
    order: tuple[int, ...]  # for each form of the language, the one of the file


def _form_order(header: str, locale: str) -> _FormOrder:
    """From a Plural-Forms header; without one, the file counts as we do. One that is wrong fits no entry."""
    rule = plural_rule(locale)
    header = header or rule.header
    try:
        count, _form_of = parse_header(header)
        order = rule.adapt(tuple(map(str, range(count))), header)
    except InvalidPluralHeader:
        order = None
    return _FormOrder(count, tuple(map(int, order))) if order else _FormOrder(0, ())


def _reorder(entry: FileEntry, order: _FormOrder) -> Forms | None:
    if entry.plural is None or not entry.forms:
        return entry.forms
    if len(entry.forms) != order.count:
        return None
    return tuple(entry.forms[number] for number in order.order)
