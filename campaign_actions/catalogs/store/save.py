"""Translating: the only way a translation enters, from the web, a file or a command."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection, insert, update
from sqlalchemy.exc import IntegrityError

from campaign_actions.audit.log import COMMAND, add_entry
from campaign_actions.catalogs.campaign_copy.publish import complete, hold
from campaign_actions.catalogs.models import Translation
from campaign_actions.catalogs.store.change_log import Change, How, in_turn, note_changes
from campaign_actions.catalogs.store.repository import Catalog, stored
from campaign_actions.catalogs.validation.validate import faults
from campaign_actions.core.db.session import write_transaction
from campaign_actions.core.errors import DomainError, NotFound
from campaign_actions.core.i18n.message import Forms, Issue, Message
from campaign_actions.staff.queries import actor_of

WEB: How = "web"  # how a translation came: by a form


class Refused(DomainError):
    """It would break a page or harm its reader."""

    title = _l("This translation cannot be taken")
    message = _l("Nothing was stored. What is wrong stands beside each text.")

    def __init__(self, found: Mapping[str, list[Issue]]) -> None:
        """`found`: by the keys of the messages."""
        super().__init__()
        self.found = found


class TranslationConflict(DomainError):
    """Somebody else has translated the same messages since they were read. Nothing was stored."""

    status = 409
    title = _l("Somebody else has translated this, too")
    message = _l("Nothing was stored. Compare both and choose.")

    def __init__(self, theirs: Mapping[str, Forms]) -> None:
        super().__init__()
        self.theirs = theirs


@dataclass(frozen=True)
class TranslationEdit:
    """What a message is to say; `seen`: what it said when the translator read it, () for nothing."""

    forms: Forms
    seen: Forms


def save_translations(
    catalog: Catalog,
    locale: str,
    wishes: Mapping[str, TranslationEdit],
    *,
    how: How,
    staff_id: int | None,
    now: datetime,
) -> int:
    """Take translations, by the keys of their messages, all of them or none; how many are new.

    Forms of nothing take a translation back. Of a campaign's copy, what is whole by it is written to
    its texts. Raises Refused, SomebodyWasFaster, NotFound.
    """
    found = {
        key: bad for key, wish in wishes.items() if (bad := _faults(catalog, locale, key, wish))
    }
    if found:
        raise Refused(found)
    try:
        with write_transaction() as connection:
            if catalog.campaign_id is not None:
                hold(connection, catalog.campaign_id)
            in_turn(connection)
            news = _news(catalog, locale, wishes)
            for key, wish in news.items():
                _store(connection, catalog, locale, key, wish, staff_id=staff_id, now=now)
            changes = [_change(catalog, key, wish) for key, wish in news.items()]
            note_changes(
                connection, catalog.name, locale, changes, how=how, staff_id=staff_id, now=now
            )
            if news and catalog.campaign_id is not None:
                said = {key: one.forms for key, one in stored(catalog, locale).items()}
                complete(connection, catalog.campaign_id, locale, said, staff_id=staff_id, now=now)
            if news:
                _tell(connection, catalog, locale, len(news), how, staff_id=staff_id, now=now)
    except IntegrityError as error:  # a row that was not there a moment ago
        raise TranslationConflict({}) from error
    return len(news)


def _tell(
    connection: Connection,
    catalog: Catalog,
    locale: str,
    rows: int,
    how: How,
    *,
    staff_id: int | None,
    now: datetime,
) -> None:
    """In the audit log, where a command is one, whoever's words it brings: the history says that."""
    add_entry(
        connection,
        "translated" if how == WEB else "translations-imported",
        actor=COMMAND if how == "command" else actor_of(connection, staff_id),
        now=now,
        subject=catalog.slug or catalog.name,
        rows=rows,
        language=locale,
    )


def _faults(catalog: Catalog, locale: str, key: str, wish: TranslationEdit) -> list[Issue]:
    message = catalog.by_key.get(key)
    if message is None:
        raise NotFound
    return faults(message, wish.forms, locale) if any(wish.forms) else []


def _news(
    catalog: Catalog, locale: str, wishes: Mapping[str, TranslationEdit]
) -> dict[str, TranslationEdit]:
    """Those that change anything. Raises SomebodyWasFaster."""
    now_there = {key: one.forms for key, one in stored(catalog, locale).items()}
    theirs = {
        key: now_there.get(key, ())
        for key, wish in wishes.items()
        if now_there.get(key, ()) not in {wish.seen, wish.forms}
    }
    if theirs:
        raise TranslationConflict(theirs)
    return {
        key: TranslationEdit(wish.forms if any(wish.forms) else (), now_there.get(key, ()))
        for key, wish in wishes.items()
        if wish.forms != now_there.get(key, ())
    }


def _store(
    connection: Connection,
    catalog: Catalog,
    locale: str,
    key: str,
    wish: TranslationEdit,
    *,
    staff_id: int | None,
    now: datetime,
) -> None:
    message = catalog.by_key[key]
    this = (Translation.catalog == catalog.name, Translation.locale == locale)
    values = {"forms": list(wish.forms), "changed_at": now, "staff_id": staff_id}
    anew = {**values, "plural": message.plural}
    changed = update(Translation).where(*this, Translation.key == key).values(anew)
    if connection.execute(changed).rowcount == 0:
        row = {"catalog": catalog.name, "locale": locale, "key": key, **values}
        connection.execute(insert(Translation).values(row | _of(message)))


def _of(message: Message) -> dict[str, Any]:
    return {"context": message.context, "source": message.source, "plural": message.plural}


def _change(catalog: Catalog, key: str, wish: TranslationEdit) -> Change:
    return Change(key, catalog.by_key[key].source, wish.seen, wish.forms)
