"""Bringing a catalog file up to date with its messages without losing a translation.

If a source was reworded, its translation stays, marked fuzzy and with the previous source beside it; it is
not used until a translator has checked it. A list of rewordings that keep the meaning moves translations
unmarked. Translations that no message needs are kept as obsolete (`#~`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from translate.storage.pypo import pounit

from campaign_actions.catalogs.files.catalog_folder import TEMPLATE
from campaign_actions.catalogs.files.entry import Key
from campaign_actions.catalogs.files.extract import messages_of_source, template_of
from campaign_actions.catalogs.files.headers import TEMPLATE_PLURAL_FORMS, headers_for
from campaign_actions.catalogs.files.po import (
    PoFile,
    create_po,
    create_unit,
    describe_unit,
    forms_of,
    key_of,
    read_po,
    sources_of,
)
from campaign_actions.catalogs.store.fuzzy_match import most_similar
from campaign_actions.core.i18n.message import Forms, Message
from campaign_actions.core.i18n.plurals import plural_rule

Messages = tuple[Message, ...]
REQUIRED_HEADERS = ("Language", "Content-Type", "Content-Transfer-Encoding", "Plural-Forms")
COMMENT = """{language} translations for Campaign Actions.
Copyright (C) the Campaign Actions contributors
This file is distributed under the same license as the Campaign Actions project."""


@dataclass
class SyncResult:
    """Numbers of messages."""

    new: int = 0
    fuzzy: int = 0  # translated from another source
    removed: int = 0


def update_template(checkout: Path, folder: Path) -> Messages:
    """Extract the messages of the source code, and write the template for them."""
    messages = messages_of_source(checkout)
    _write_if_changed(folder / TEMPLATE, template_of(messages))
    return tuple(messages)


def update_catalog(
    file: Path, tag: str, messages: Messages, reworded: Mapping[str, str] = MappingProxyType({})
) -> SyncResult:
    """Raises PoSyntaxError.

    `reworded`: new sources by old ones, where only the wording changed, so that translations stay valid.
    """
    catalog = read_po(file.read_bytes())
    _carry_over(catalog, tag, messages, reworded)
    result = bring_up_to_date(catalog, messages, tag)
    _write_if_changed(file, bytes(catalog))
    return result


def _carry_over(file: PoFile, tag: str, messages: Messages, reworded: Mapping[str, str]) -> None:
    """Move translations from reworded sources to their new ones, unless these are translated."""
    count = plural_rule(tag).count
    wanted = {(message.context, message.source): message for message in messages}
    translated = {key_of(unit) for unit in file.units if forms_of(unit) and not unit.isobsolete()}
    for unit in [unit for unit in file.units if not unit.isobsolete()]:
        context, source = key_of(unit)
        message = wanted.get((context, reworded.get(source, "")))
        forms = forms_of(unit)
        if message is None or not forms or unit.isfuzzy():
            continue
        if (context, message.source) not in translated:
            translated.add((context, message.source))
            file.store.addunit(create_unit(message, _as_forms(message, forms, count), count=count))
        if (context, source) not in wanted:
            file.store.units.remove(unit)


def create_catalog(file: Path, tag: str, messages: Messages) -> None:
    headers = headers_for(tag)
    catalog = create_po(headers, comment=COMMENT.format(language=headers["Language-Team"]))
    bring_up_to_date(catalog, messages, tag)
    file.parent.mkdir(parents=True, exist_ok=True)
    _write_if_changed(file, bytes(catalog))


def bring_up_to_date(file: PoFile, messages: Sequence[Message], tag: str) -> SyncResult:
    """Give a file these messages, in their order, and the headers it lacks."""
    result = SyncResult()
    units = {key_of(unit): unit for unit in file.units}
    wanted = {(message.context, message.source) for message in messages}
    unwanted = {key: unit for key, unit in units.items() if key not in wanted}
    former = {key: unit for key, unit in unwanted.items() if forms_of(unit)}
    result.removed = sum(not unit.isobsolete() for unit in unwanted.values())
    count = plural_rule(tag).count
    header = file.store.header()
    file.store.units = [header] if header is not None else []
    for message in messages:
        unit = units.get((message.context, message.source))
        if unit is None:
            result.new += 1
            unit = _new_unit(message, former, count)
        else:
            _update_unit(unit, message, count)
        result.fuzzy += unit.isfuzzy()
        file.store.addunit(unit)
    for unit in former.values():
        unit.makeobsolete()
        file.store.addunit(unit)
    _complete_headers(file, tag)
    return result


def _new_unit(message: Message, former: Mapping[Key, pounit], count: int) -> pounit:
    similar = _find_similar(message, former)
    if similar is None:
        return create_unit(message, count=count)
    unit = create_unit(message, _as_forms(message, forms_of(similar), count), count=count)
    _mark_fuzzy(unit, similar)
    return unit


def _find_similar(message: Message, former: Mapping[Key, pounit]) -> pounit | None:
    """The same source in another context, or a similar source in the same context."""
    same = [unit for (_context, source), unit in former.items() if source == message.source]
    if same:
        return same[0]
    sources = [source for context, source in former if context == message.context]
    near = most_similar(message.source, sources)
    return former[message.context, near] if near else None


def _update_unit(unit: pounit, message: Message, count: int) -> None:
    if unit.isobsolete():
        unit.resurrect()
    forms = forms_of(unit)
    _source, plural = sources_of(unit)
    if plural == message.plural or not forms:
        describe_unit(unit, message)
        if not forms:
            unit.target = [""] * count if message.plural else ""
        return
    before = unit.copy()
    describe_unit(unit, message)
    unit.target = list(_as_forms(message, forms, count)) if message.plural else forms[-1]
    _mark_fuzzy(unit, before)


def _mark_fuzzy(unit: pounit, before: pounit) -> None:
    unit.prev_context = before.getcontext() if before.getcontext() != unit.getcontext() else ""
    unit.prev_source = before.source
    unit.markfuzzy()


def _as_forms(message: Message, forms: Forms, count: int) -> Forms:
    """An earlier translation in as many forms as the message needs."""
    if not message.plural:
        return forms[-1:]
    return (*forms, *[forms[-1]] * count)[:count]


def _complete_headers(file: PoFile, tag: str) -> None:
    headers, complete = file.headers, headers_for(tag)
    missing = [name for name in REQUIRED_HEADERS if not headers.get(name)]
    if headers.get("Plural-Forms", "").startswith(TEMPLATE_PLURAL_FORMS):
        missing.append("Plural-Forms")
    if missing:
        file.set_headers({name: complete[name] for name in missing})


def _write_if_changed(file: Path, data: bytes) -> None:
    if not file.exists() or file.read_bytes() != data:
        file.write_bytes(data)
