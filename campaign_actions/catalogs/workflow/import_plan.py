"""Taking what comes back in a file: what is new at once, and what somebody has changed meanwhile when asked.

Nothing older overwrites what is newer: a file says as of when it is, and words that a message said once
and says no more are older than what it says now, whatever the file says.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from campaign_actions.catalogs.files.po import Entry, Key
from campaign_actions.catalogs.files.validate import Checked, Refusal
from campaign_actions.catalogs.models import TranslationChange
from campaign_actions.catalogs.store.change_log import ChangeOrigin
from campaign_actions.catalogs.store.fuzzy_match import most_similar
from campaign_actions.catalogs.store.repository import (
    Catalog,
    StoredTranslation,
    stored_translations,
)
from campaign_actions.catalogs.store.save import TranslationEdit, save_translations
from campaign_actions.catalogs.store.version import FileVersion, file_version, read_version
from campaign_actions.catalogs.validation.validate import faults
from campaign_actions.catalogs.workflow.export import VERSION
from campaign_actions.catalogs.workflow.incoming import parse_upload
from campaign_actions.core.db.session import db
from campaign_actions.core.i18n.message import Forms, Message

UNKNOWN, FUZZY = "message_unknown", "fuzzy"  # faults that are none of the words themselves


@dataclass
class Past:
    """What a message has said until now, by the history of its translation."""

    newest: int = 0  # the number of its last change
    said: set[Forms] = field(default_factory=set)


@dataclass(frozen=True, kw_only=True)
class Item:
    """What a file says of a message, and what is stored of it; `line`: in the file."""

    message: Message
    uploaded: Forms
    stored: Forms
    line: int


@dataclass(frozen=True, kw_only=True)
class Unknown:
    """A translation of a source that is no more. `near`: the message it may be of, if that has none."""

    entry: Entry
    near: Message | None


@dataclass(kw_only=True)
class Plan:
    """What an upload would do. Conflicts, and what is near, are taken only when somebody says so."""

    new: list[Item] = field(default_factory=list)
    conflicts: list[Item] = field(default_factory=list)
    unknown: list[Unknown] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    doubts: list[Refusal] = field(default_factory=list)
    same: int = 0
    fuzzy: int = 0  # marked as not looked at, and so not taken


def plan_import(catalog: Catalog, locale: str, data: bytes) -> Plan:
    """What a file would do that is said to hold a catalog in a language. Nothing is changed."""
    checked = parse_upload(data, catalog, locale)
    return sort_out(
        checked,
        catalog,
        locale,
        now_there=stored_translations(catalog, locale),
        past=_past(catalog, locale),
        version=file_version(catalog, locale),
    )


def sort_out(
    checked: Checked,
    catalog: Catalog,
    locale: str,
    *,
    now_there: Mapping[str, StoredTranslation],
    past: Mapping[str, Past],
    version: FileVersion,
) -> Plan:
    """`past`: by the keys of messages; `version`: of what is there now."""
    plan, lines = Plan(), {entry.key: entry.line for entry in checked.entries}
    seen = read_version(checked.headers.get(VERSION, ""))
    for key, forms in checked.translations.items():
        message, there = catalog.by_key[key], now_there.get(key, StoredTranslation(()))
        line = lines[message.context, message.source]
        item = Item(message=message, uploaded=forms, stored=there.forms, line=line)
        if forms == there.forms:
            plan.same += 1
        elif _is_news(forms, there, past.get(key, Past()), seen, version):
            plan.new.append(item)
        else:
            plan.conflicts.append(item)
    _sort_faults(plan, checked, _untouched(checked, now_there))
    done = {*now_there, *checked.translations}
    waiting = [message for message in catalog.messages if message.key not in done]
    plan.unknown = list(_unknown(checked, waiting, locale))
    return plan


def apply_import(
    plan: Plan,
    catalog: Catalog,
    locale: str,
    *,
    take: Collection[str] = (),
    how: ChangeOrigin,
    staff_id: int | None,
    now: datetime,
) -> int:
    """Take what is new, and what was asked about: `take` holds keys of messages. How many were taken.

    All of it or nothing; raises what translate() does, SomebodyWasFaster if somebody was since the plan.
    """
    items = [*plan.new, *(item for item in plan.conflicts if item.message.key in take)]
    wishes = {item.message.key: TranslationEdit(item.uploaded, item.stored) for item in items}
    for unknown in plan.unknown:
        if unknown.near and unknown.near.key in take:
            wishes.setdefault(unknown.near.key, TranslationEdit(unknown.entry.forms, ()))
    return save_translations(catalog, locale, wishes, how=how, staff_id=staff_id, now=now)


def _is_news(
    forms: Forms, there: StoredTranslation, past: Past, seen: FileVersion | None, now: FileVersion
) -> bool:
    """Whether who wrote it knew what is there, or that it was taken back."""
    if not there.forms and not past.newest:
        return True
    if not there.forms:
        return seen is not None and past.newest <= seen.change
    if seen is None or forms in past.said or past.newest > seen.change:
        return False
    return there.changed_at is not None or seen.shipped == now.shipped


def _untouched(checked: Checked, now_there: Mapping[str, StoredTranslation]) -> set[Key]:
    """What is here already, whatever is wrong with it: staff who write side by side ask no gate."""
    keys = (
        (entry, Message(context=entry.context, source=entry.source).key)
        for entry in checked.entries
    )
    return {
        entry.key for entry, key in keys if key in now_there and now_there[key].forms == entry.forms
    }


def _sort_faults(plan: Plan, checked: Checked, untouched: Collection[Key]) -> None:
    found = [each for each in checked.refusals if each.fault.code != UNKNOWN]
    plan.refused = [each for each in found if (each.context, each.source) not in untouched]
    plan.same += len({(each.context, each.source) for each in found} & {*untouched})
    plan.doubts = [each for each in checked.doubts if each.fault.code != FUZZY]
    plan.fuzzy = len(checked.doubts) - len(plan.doubts)


def _unknown(checked: Checked, waiting: Iterable[Message], locale: str) -> Iterator[Unknown]:
    """`waiting`: messages without a translation; one is offered that would take it."""
    unknown = {
        (each.context, each.source) for each in checked.refusals if each.fault.code == UNKNOWN
    }
    by_context: dict[str, dict[str, Message]] = defaultdict(dict)
    for message in waiting:
        by_context[message.context][message.source] = message
    for entry in checked.entries:
        if entry.key in unknown and entry.forms:
            there = by_context[entry.context]
            near = there.get(most_similar(entry.source, there) or "")
            fits = near is not None and not faults(near, entry.forms, locale)
            yield Unknown(entry=entry, near=near if fits else None)


def _past(catalog: Catalog, locale: str) -> dict[str, Past]:
    past: dict[str, Past] = defaultdict(Past)
    changes = select(
        TranslationChange.id,
        TranslationChange.key,
        TranslationChange.before,
        TranslationChange.after,
    ).filter_by(catalog=catalog.name, locale=locale)
    for change in db.session.execute(changes):
        one = past[change.key]
        one.newest = max(one.newest, change.id)
        one.said |= {tuple(change.before), tuple(change.after)}
    return past
