"""Saving translations: every one from the web, a file or a command goes through here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection, insert, update
from sqlalchemy.exc import IntegrityError

from campaign_actions.audit.log import COMMAND, add_entry
from campaign_actions.catalogs.campaign_texts.other_texts import write_complete_others
from campaign_actions.catalogs.campaign_texts.publish import lock_campaign, write_complete_texts
from campaign_actions.catalogs.models import Translation
from campaign_actions.catalogs.store.change_log import (
    Change,
    ChangeOrigin,
    lock_translations,
    record_changes,
)
from campaign_actions.catalogs.store.repository import Catalog, stored_translations
from campaign_actions.catalogs.validation.validate_translation import issues
from campaign_actions.core.db.session import write_transaction
from campaign_actions.core.errors import Conflict, DomainError, NotFound
from campaign_actions.core.i18n.message import Forms, Issue
from campaign_actions.staff.queries import actor_of


class TranslationsRefused(DomainError):
    """They would break a page or harm its readers."""

    title = _l("This translation cannot be saved")
    message = _l("Nothing was saved. The problems are shown next to each string.")

    def __init__(self, found: Mapping[str, list[Issue]]) -> None:
        """`found`: by the keys of the messages."""
        super().__init__()
        self.found = found


class TranslationConflict(Conflict):
    """Someone else has translated the same messages since they were read. Nothing was stored."""

    title = _l("Someone else has changed this translation")
    message = _l("Nothing was saved. Compare both translations and choose one.")

    def __init__(self, theirs: Mapping[str, Forms]) -> None:
        """`theirs`: what is stored now, by the keys of the messages."""
        super().__init__()
        self.theirs = theirs


@dataclass(frozen=True)
class TranslationEdit:
    """The new forms of a message, and those that the translator saw; () for no translation."""

    forms: Forms
    seen: Forms


Edits = Mapping[str, TranslationEdit]  # by the keys of messages


def save_translations(
    catalog: Catalog,
    locale: str,
    edits: Edits,
    *,
    how: ChangeOrigin,
    staff_id: int | None,
    now: datetime,
) -> int:
    """Save all edits or none; the number of translations that changed.

    Empty forms delete a translation. Texts of a campaign that are complete by it are written to the
    campaign. Raises TranslationsRefused, TranslationConflict, NotFound.
    """
    _validate(catalog, locale, edits)
    by = _Author(how, staff_id, now)
    try:
        with write_transaction() as connection:
            if catalog.campaign_id is not None:
                lock_campaign(connection, catalog.campaign_id)
            lock_translations(connection)
            changed = _changed_edits(catalog, locale, edits)
            if changed:
                _save(connection, catalog, locale, changed, by)
    except IntegrityError as error:  # someone inserted the same row in the meantime
        raise TranslationConflict({}) from error
    return len(changed)


@dataclass(frozen=True)
class _Author:
    how: ChangeOrigin
    staff_id: int | None
    now: datetime


def _validate(catalog: Catalog, locale: str, edits: Edits) -> None:
    found = {}
    for key, edit in edits.items():
        message = catalog.by_key.get(key)
        if message is None:
            raise NotFound
        if any(edit.forms) and (wrong := issues(message, edit.forms, locale)):
            found[key] = wrong
    if found:
        raise TranslationsRefused(found)


def _changed_edits(catalog: Catalog, locale: str, edits: Edits) -> dict[str, TranslationEdit]:
    """Those that change anything, each with what is stored now. Raises TranslationConflict."""
    stored = {key: each.forms for key, each in stored_translations(catalog, locale).items()}
    theirs = {
        key: stored.get(key, ())
        for key, edit in edits.items()
        if stored.get(key, ()) not in {edit.seen, edit.forms}
    }
    if theirs:
        raise TranslationConflict(theirs)
    return {
        key: TranslationEdit(edit.forms if any(edit.forms) else (), stored.get(key, ()))
        for key, edit in edits.items()
        if edit.forms != stored.get(key, ())
    }


def _save(connection: Connection, catalog: Catalog, locale: str, edits: Edits, by: _Author) -> None:
    for key, edit in edits.items():
        _store(connection, catalog, locale, key, edit, by)
    changes = [
        Change(key, catalog.by_key[key].source, edit.seen, edit.forms)
        for key, edit in edits.items()
    ]
    record_changes(
        connection, catalog.name, locale, changes, how=by.how, staff_id=by.staff_id, now=by.now
    )
    if catalog.campaign_id is not None:
        forms = {key: each.forms for key, each in stored_translations(catalog, locale).items()}
        for write in (write_complete_texts, write_complete_others):
            write(connection, catalog.campaign_id, locale, forms, staff_id=by.staff_id, now=by.now)
    add_entry(
        connection,
        "translated" if by.how == "web" else "translations-imported",
        actor=COMMAND if by.how == "command" else actor_of(connection, by.staff_id),
        now=by.now,
        subject=catalog.slug or catalog.name,
        rows=len(edits),
        language=locale,
    )


def _store(
    connection: Connection,
    catalog: Catalog,
    locale: str,
    key: str,
    edit: TranslationEdit,
    by: _Author,
) -> None:
    message = catalog.by_key[key]
    row = {"catalog": catalog.name, "locale": locale, "key": key}
    values = {
        "forms": list(edit.forms),
        "plural": message.plural,
        "changed_at": by.now,
        "staff_id": by.staff_id,
    }
    updated = update(Translation).filter_by(**row).values(values)
    if connection.execute(updated).rowcount == 0:
        texts = {"context": message.context, "source": message.source}
        connection.execute(insert(Translation).values(row | texts | values))
