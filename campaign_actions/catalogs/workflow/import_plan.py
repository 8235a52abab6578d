"""Step 4 of an import: plan what a file changes, without changing anything.

A translation is new if its translator knew the one stored now; otherwise it is a conflict, which a person
resolves. A file names the version of the catalog it was made from. A translation that was stored before
and replaced since is old, whatever version the file names.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from campaign_actions.catalogs.files.entry import FileEntry, FileIssue, Key
from campaign_actions.catalogs.files.headers import VERSION_HEADER
from campaign_actions.catalogs.files.validate_entries import FUZZY, UNKNOWN, ValidatedFile
from campaign_actions.catalogs.models import TranslationChange
from campaign_actions.catalogs.store.fuzzy_match import most_similar
from campaign_actions.catalogs.store.repository import (
    Catalog,
    StoredTranslation,
    stored_translations,
)
from campaign_actions.catalogs.store.version import FileVersion, file_version, read_version
from campaign_actions.catalogs.validation.validate_translation import issues
from campaign_actions.core.db.session import db
from campaign_actions.core.i18n.message import Forms, Message


@dataclass(frozen=True, kw_only=True)
class ImportItem:
    """A translation of the file beside the stored one. `line`: of the file."""

    message: Message
    uploaded: Forms
    stored: Forms
    line: int


@dataclass(frozen=True, kw_only=True)
class UnknownEntry:
    """A translation whose source the catalog no longer has.

    `near`: a message with a similar source and no translation, which this one fits.
    """

    entry: FileEntry
    near: Message | None


@dataclass(frozen=True, kw_only=True)
class ImportPlan:
    """Conflicts and unknown entries are imported only if someone accepts them."""

    catalog: Catalog
    locale: str
    new: Sequence[ImportItem]
    conflicts: Sequence[ImportItem]
    unknown: Sequence[UnknownEntry]
    issues: Sequence[FileIssue]
    warnings: Sequence[FileIssue]
    same: int  # translations that are stored already
    fuzzy: int  # entries marked as unfinished, which are not imported


@dataclass
class _History:
    """All earlier translations of a message."""

    last_change: int = 0  # id of the TranslationChange
    forms: set[Forms] = field(default_factory=set)


@dataclass(frozen=True, kw_only=True)
class _State:
    """The catalog as stored, by the keys of messages."""

    stored: Mapping[str, StoredTranslation]
    histories: Mapping[str, _History]
    version: FileVersion


def plan_import(file: ValidatedFile, catalog: Catalog) -> ImportPlan:
    state = _State(
        stored=stored_translations(catalog, file.locale),
        histories=_histories(catalog, file.locale),
        version=file_version(catalog, file.locale),
    )
    items = list(_items(file, catalog, state))
    new, conflicts = _new_and_conflicts(file, items, state)
    unchanged = _unchanged_keys(file, state.stored)
    refused = [each for each in file.issues if each.issue.code != UNKNOWN]
    warnings = [each for each in file.warnings if each.issue.code != FUZZY]
    stored_as_refused = {(each.context, each.source) for each in refused} & unchanged
    return ImportPlan(
        catalog=catalog,
        locale=file.locale,
        new=new,
        conflicts=conflicts,
        unknown=list(_unknown_entries(file, catalog, state.stored)),
        issues=[each for each in refused if (each.context, each.source) not in unchanged],
        warnings=warnings,
        same=len(items) - len(new) - len(conflicts) + len(stored_as_refused),
        fuzzy=len(file.warnings) - len(warnings),
    )


def _items(file: ValidatedFile, catalog: Catalog, state: _State) -> Iterator[ImportItem]:
    lines = {entry.key: entry.line for entry in file.entries}
    for key, forms in file.translations.items():
        message = catalog.by_key[key]
        yield ImportItem(
            message=message,
            uploaded=forms,
            stored=state.stored.get(key, StoredTranslation(())).forms,
            line=lines[message.context, message.source],
        )


def _new_and_conflicts(
    file: ValidatedFile, items: Iterable[ImportItem], state: _State
) -> tuple[list[ImportItem], list[ImportItem]]:
    seen = read_version(file.headers.get(VERSION_HEADER, ""))
    new: list[ImportItem] = []
    conflicts: list[ImportItem] = []
    for item in items:
        if item.uploaded != item.stored:
            (new if _is_new(item, seen, state) else conflicts).append(item)
    return new, conflicts


def _is_new(item: ImportItem, seen: FileVersion | None, state: _State) -> bool:
    """Whether its translator knew what is stored now. `seen`: the version that the file names."""
    key = item.message.key
    history = state.histories.get(key, _History())
    if not item.stored and not history.last_change:
        return True
    if seen is None or history.last_change > seen.change:
        return False
    if not item.stored:
        return True
    if item.uploaded in history.forms:
        return False
    return state.stored[key].changed_at is not None or seen.shipped == state.version.shipped


def _unchanged_keys(file: ValidatedFile, there: Mapping[str, StoredTranslation]) -> set[Key]:
    """Entries that are stored word for word, even with issues: staff may write them beside the source."""
    keyed = ((Message(context=e.context, source=e.source).key, e) for e in file.entries)
    return {e.key for key, e in keyed if key in there and there[key].forms == e.forms}


def _unknown_entries(
    file: ValidatedFile, catalog: Catalog, there: Mapping[str, StoredTranslation]
) -> Iterator[UnknownEntry]:
    untranslated: dict[str, dict[str, Message]] = defaultdict(dict)  # by context and source
    for message in catalog.messages:
        if message.key not in there and message.key not in file.translations:
            untranslated[message.context][message.source] = message
    unknown = {(each.context, each.source) for each in file.issues if each.issue.code == UNKNOWN}
    for entry in file.entries:
        if entry.key in unknown and entry.forms:
            candidates = untranslated[entry.context]
            near = candidates.get(most_similar(entry.source, candidates) or "")
            fits = near is not None and not issues(near, entry.forms, file.locale)
            yield UnknownEntry(entry=entry, near=near if fits else None)


def _histories(catalog: Catalog, locale: str) -> dict[str, _History]:
    histories: dict[str, _History] = defaultdict(_History)
    changes = select(
        TranslationChange.id,
        TranslationChange.key,
        TranslationChange.before,
        TranslationChange.after,
    ).filter_by(catalog=catalog.name, locale=locale)
    for change in db.session.execute(changes):
        history = histories[change.key]
        history.last_change = max(history.last_change, change.id)
        history.forms |= {tuple(change.before), tuple(change.after)}
    return histories
