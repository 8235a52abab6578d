"""Bringing a catalog up to date with its messages, so that no translation is lost.

Where a source was reworded, the translation of the former one stays in the file, marked `fuzzy` and with
that source beside it: it is not used until somebody has looked at it. What no message needs any more is
kept at the end (`#~`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from translate.storage.pypo import pounit

from campaign_actions.catalogs.files.extract import messages_of_source, template_of
from campaign_actions.catalogs.files.headers import ANY_FORM, headers_for
from campaign_actions.catalogs.files.layout import TEMPLATE
from campaign_actions.catalogs.files.po import (
    Key,
    PoFile,
    describe,
    forms_of,
    key_of,
    new_po,
    read_po,
    sources_of,
    unit_for,
)
from campaign_actions.catalogs.store.fuzzy_match import most_similar
from campaign_actions.core.i18n.message import Forms, Message
from campaign_actions.core.i18n.plurals import plural_rule

NEEDED = ("Language", "Content-Type", "Content-Transfer-Encoding", "Plural-Forms")


@dataclass
class Updated:
    """What was done: numbers of messages."""

    new: int = 0
    stale: int = 0  # have a translation of a former source
    gone: int = 0


def bring_up_to_date(file: PoFile, messages: Sequence[Message], tag: str) -> Updated:
    """Give a file these messages, in their order, and the headers that it lacks."""
    done = Updated()
    there = {key_of(unit): unit for unit in file.units}
    wanted = {(message.context, message.source) for message in messages}
    formers = {key: unit for key, unit in there.items() if key not in wanted and forms_of(unit)}
    done.gone = sum(not unit.isobsolete() for key, unit in there.items() if key not in wanted)
    count = plural_rule(tag).count
    header = file.store.header()
    file.store.units = [header] if header is not None else []
    for message in messages:
        unit = there.get((message.context, message.source))
        if unit is None:
            done.new += 1
            unit = _new(message, formers, count)
        else:
            _refresh(unit, message, count)
        done.stale += unit.isfuzzy()
        file.store.addunit(unit)
    for former in formers.values():
        former.makeobsolete()
        file.store.addunit(former)
    _complete_headers(file, tag)
    return done


def _new(message: Message, formers: Mapping[Key, pounit], count: int) -> pounit:
    former = _former(message, formers)
    if former is None:
        return unit_for(message, count=count)
    unit = unit_for(message, _as_forms(message, forms_of(former), count), count=count)
    _mark_stale(unit, former)
    return unit


def _former(message: Message, formers: Mapping[Key, pounit]) -> pounit | None:
    """The same words in another context, or words like these in the same."""
    same = [unit for (_context, source), unit in formers.items() if source == message.source]
    if same:
        return same[0]
    near = most_similar(message.source, [s for context, s in formers if context == message.context])
    return formers[message.context, near] if near else None


def _refresh(unit: pounit, message: Message, count: int) -> None:
    if unit.isobsolete():
        unit.resurrect()
    forms = forms_of(unit)
    _source, plural = sources_of(unit)
    if plural == message.plural or not forms:
        describe(unit, message)
        if not forms:
            unit.target = [""] * count if message.plural else ""
        return
    former = unit.copy()
    describe(unit, message)
    unit.target = list(_as_forms(message, forms, count)) if message.plural else forms[-1]
    _mark_stale(unit, former)


def _mark_stale(unit: pounit, former: pounit) -> None:
    unit.prev_context = former.getcontext() if former.getcontext() != unit.getcontext() else ""
    unit.prev_source = former.source
    unit.markfuzzy()


def _as_forms(message: Message, forms: Forms, count: int) -> Forms:
    """What there was, in as many forms as are asked for."""
    if not message.plural:
        return forms[-1:]
    return (*forms, *[forms[-1]] * count)[:count]


def _complete_headers(file: PoFile, tag: str) -> None:
    headers, usual = file.headers, headers_for(tag)
    lacking = [name for name in NEEDED if not headers.get(name)]
    if headers.get("Plural-Forms", "").startswith(ANY_FORM):
        lacking.append("Plural-Forms")
    if lacking:
        file.set_headers({name: usual[name] for name in lacking})


Messages = tuple[Message, ...]
COMMENT = """{language} translations for Campaign Actions.
Copyright (C) the Campaign Actions contributors
This file is distributed under the same license as the Campaign Actions project."""


def renew_template(checkout: Path, folder: Path) -> Messages:
    """The messages of the source, and the template for them."""
    messages = messages_of_source(checkout)
    _write(folder / TEMPLATE, template_of(messages))
    return tuple(messages)


def renew_catalog(file: Path, tag: str, messages: Messages) -> Updated:
    """Bring a catalog up to date. Raises NotReadable."""
    catalog = read_po(file.read_bytes())
    done = bring_up_to_date(catalog, messages, tag)
    _write(file, bytes(catalog))
    return done


def begin_catalog(file: Path, tag: str, messages: Messages) -> None:
    headers = headers_for(tag)
    catalog = new_po(headers, comment=COMMENT.format(language=headers["Language-Team"]))
    bring_up_to_date(catalog, messages, tag)
    file.parent.mkdir(parents=True, exist_ok=True)
    _write(file, bytes(catalog))


def _write(file: Path, data: bytes) -> None:
    if not file.exists() or file.read_bytes() != data:
        file.write_bytes(data)
