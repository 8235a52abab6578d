"""Texts that staff write in several languages are recorded as translations, each with its source.

A text that staff save in another language becomes the translation of its message. A text they leave
as it was stays the translation of the source it had, so it is stale once that source changes. A block
they take out of a text leaves its source untranslated.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, delete, select, update

from campaign_actions.campaigns.versioning.versioned import Versioned
from campaign_actions.catalogs.campaign_texts.alignment import (
    ExistingTranslation,
    catalog_name,
    normalised_text,
    saved_forms,
)
from campaign_actions.catalogs.campaign_texts.parts import (
    TextPart,
)
from campaign_actions.catalogs.campaign_texts.snapshot import (
    Snapshot,
    take_snapshot,
    units_of,
    with_names_of,
)
from campaign_actions.catalogs.models import Translation, TranslationChange
from campaign_actions.catalogs.store.change_log import Change, ChangeOrigin, record_changes
from campaign_actions.core.db.upsert import dialect_insert
from campaign_actions.core.i18n.message import Message

ORIGIN: ChangeOrigin = "staff"


@contextmanager
def record_staff_translations(
    connection: Connection,
    subject: Versioned,
    subject_id: int,
    *,
    staff_id: int | None,
    now: datetime,
    is_return: bool = False,
) -> Iterator[None]:
    """The change hook of campaigns and actions."""
    take = partial(take_snapshot, connection, subject, subject_id)
    with record_changes_of(connection, take, staff_id=staff_id, now=now, is_return=is_return):
        yield


@contextmanager
def record_changes_of(
    connection: Connection,
    take: Callable[[], Snapshot],
    *,
    staff_id: int | None,
    now: datetime,
    is_return: bool = False,
) -> Iterator[None]:
    """`take`: reads the texts, before and after the block changes them. `is_return`: as of the hook."""
    before = take()
    for locale in before.locales():
        _store_existing(connection, before, locale, now)
    yield
    after = take()
    rename_contexts(connection, catalog_name(after.campaign_id), before.parts, after.parts)
    before = with_names_of(after, before)
    for locale in after.locales():
        _store_changed(
            connection, before, after, locale, staff_id=staff_id, now=now, is_return=is_return
        )
        _drop_cut(connection, before, after, locale, staff_id=staff_id, now=now)


def rename_contexts(
    connection: Connection, catalog: str, before: Sequence[TextPart], after: Sequence[TextPart]
) -> None:
    """Follow a new slug, which is part of the context of a message and so of its key."""
    contexts = {
        old.context(field): new.context(field)
        for old in before
        for new in after
        for field in old.fields
        if old.identity == new.identity and old.name != new.name
    }
    rows = select(Translation.id, Translation.key, Translation.context, Translation.source)
    rows = rows.where(Translation.catalog == catalog, Translation.context.in_(contexts))
    for row in connection.execute(rows).all():
        context = contexts[row.context]
        key = Message(context=context, source=row.source).key
        renamed = update(Translation).where(Translation.id == row.id)
        connection.execute(renamed.values(context=context, key=key))
        history = update(TranslationChange).filter_by(catalog=catalog, key=row.key)
        connection.execute(history.values(key=key))


def _store_existing(connection: Connection, before: Snapshot, locale: str, now: datetime) -> None:
    """Store translations that were written before they were recorded; the history leaves them out."""
    saved = saved_forms(connection, before.campaign_id, locale)
    for existing in before.translations(locale):
        if saved.is_missing(existing):
            _store(connection, before, locale, existing, staff_id=None, now=now)


def _store_changed(
    connection: Connection,
    before: Snapshot,
    after: Snapshot,
    locale: str,
    *,
    staff_id: int | None,
    now: datetime,
    is_return: bool,
) -> None:
    """A text that comes back from an earlier source is stale: nobody has confirmed that it still fits."""
    saved = saved_forms(connection, after.campaign_id, locale)
    unchanged, changes, replaced = before.texts(locale), [], []
    for existing in after.translations(locale):
        context, text = existing.message.context, normalised_text(existing.text)
        forms = saved.forms.get(existing.key, ())
        if text in map(normalised_text, forms):
            continue
        if is_return and text in saved.texts[context]:
            replaced.append(existing.key)
            changes += [Change(existing.key, existing.message.source, forms, ())] if forms else []
        elif (context, text) not in unchanged:
            _store(connection, after, locale, existing, staff_id=staff_id, now=now)
            changes.append(Change(existing.key, existing.message.source, forms, (existing.text,)))
    catalog = catalog_name(after.campaign_id)
    gone = delete(Translation).filter_by(catalog=catalog, locale=locale)
    connection.execute(gone.where(Translation.key.in_(replaced)))
    record_changes(connection, catalog, locale, changes, how=ORIGIN, staff_id=staff_id, now=now)


def _drop_cut(
    connection: Connection,
    before: Snapshot,
    after: Snapshot,
    locale: str,
    *,
    staff_id: int | None,
    now: datetime,
) -> None:
    """Delete the translations of blocks that were taken out of a text which is now incomplete."""
    cut, lacking = _cut_units(before, after, locale), after.incomplete(locale)
    kept = {existing.key for existing in after.translations(locale)}
    catalog = catalog_name(after.campaign_id)
    columns = (getattr(Translation, name) for name in ("id", "key", "context", "source", "forms"))
    rows = select(*columns).filter_by(catalog=catalog, locale=locale)
    contexts = lacking & {context for context, _unit in cut}
    gone = [
        row
        for row in connection.execute(rows.where(Translation.context.in_(contexts)))
        if row.key not in kept
        and any((row.context, normalised_text(form)) in cut for form in row.forms)
    ]
    connection.execute(delete(Translation).where(Translation.id.in_([row.id for row in gone])))
    changes = [Change(row.key, row.source, tuple(row.forms), ()) for row in gone]
    record_changes(connection, catalog, locale, changes, how=ORIGIN, staff_id=staff_id, now=now)


def _cut_units(before: Snapshot, after: Snapshot, locale: str) -> set[tuple[str, str]]:
    """The units removed from a text, each with its present context."""
    former = {part.identity: part for part in before.parts}
    return {
        (part.context(field), unit)
        for part in after.parts
        if (old := former.get(part.identity))
        for field in part.fields
        for unit in units_of(old, field, locale) - units_of(part, field, locale)
    }


def _store(
    connection: Connection,
    snapshot: Snapshot,
    locale: str,
    existing: ExistingTranslation,
    *,
    staff_id: int | None,
    now: datetime,
) -> None:
    catalog, message = catalog_name(snapshot.campaign_id), existing.message
    key = {"catalog": catalog, "locale": locale, "key": existing.key}
    values = {"forms": [existing.text], "changed_at": now, "staff_id": staff_id}
    row = {**key, **values, "source": message.source, "context": message.context}
    stored = dialect_insert(connection.dialect.name)(Translation).values(row)
    connection.execute(stored.on_conflict_do_update(index_elements=list(key), set_=values))
