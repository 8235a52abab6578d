"""The history of translations: who changed what, and how."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection, Select, func, insert, select

from campaign_actions.catalogs.models import TranslationChange
from campaign_actions.catalogs.workflow.presence import MessageRef
from campaign_actions.core.db.session import db
from campaign_actions.core.db.upsert import advisory_lock
from campaign_actions.core.i18n.message import Forms

ChangeOrigin = Literal[
    "web", "upload", "command", "staff", "added", "complete", "approved", "consent"
]
ORIGIN_NAMES: dict[ChangeOrigin, LazyString] = {
    # Translators: these appear after a name, as in “Ada · translated · 12:30”; do not suggest Ada’s gender.
    "web": _l("translated"),
    "upload": _l("imported from a file"),
    "command": _l("imported by a command"),
    "staff": _l("written alongside the source text"),
    "added": _l("language added"),
    "complete": _l("all campaign strings translated"),
    "approved": _l("approved"),
    "consent": _l("consent text approved"),
}
APPROVALS = ("approved", "consent")
LOCK_ID = 0x776F7264  # "word"


@dataclass(frozen=True)
class Change:
    """Of one message; without a key, of the language as a whole."""

    key: str = ""
    source: str = ""
    before: Forms = ()
    after: Forms = ()


def lock_translations(connection: Connection) -> None:
    """Let only this transaction change translations. Take the lock before reading or writing any.

    So nobody overwrites what they have not seen. The ids of changes also become visible in their
    order: a process that has seen one of them has not missed an earlier one.
    """
    advisory_lock(connection, LOCK_ID)


def record_changes(
    connection: Connection,
    catalog: str,
    locale: str,
    changes: Iterable[Change],
    *,
    how: ChangeOrigin,
    staff_id: int | None,
    now: datetime,
) -> None:
    """Add changes to the history, from which processes also learn that there is something new."""
    rows = [
        {
            "catalog": catalog,
            "locale": locale,
            "key": change.key,
            "source": change.source,
            "before": list(change.before),
            "after": list(change.after),
            "changed_at": now,
            "staff_id": staff_id,
            "how": how,
        }
        for change in changes
    ]
    if rows:
        lock_translations(connection)
        connection.execute(insert(TranslationChange), rows)


def message_changes(
    spot: MessageRef, *, offset: int = 0, limit: int
) -> Sequence[TranslationChange]:
    """Newest first."""
    return _newest_first(_of_message(spot), offset=offset, limit=limit)


def count_message_changes(spot: MessageRef) -> int:
    return _count(_of_message(spot))


def find_change(spot: MessageRef, number: int) -> TranslationChange | None:
    return db.session.scalars(_of_message(spot).filter_by(id=number)).one_or_none()


def locale_changes(
    locale: str, catalogs: Collection[str] | None, *, offset: int = 0, limit: int
) -> Sequence[TranslationChange]:
    """Newest first, in some catalogs. `catalogs` None: in all."""
    return _newest_first(_of_locale(locale, catalogs), offset=offset, limit=limit)


def count_locale_changes(locale: str, catalogs: Collection[str] | None) -> int:
    return _count(_of_locale(locale, catalogs))


def latest_approvals(locale: str) -> dict[str, TranslationChange]:
    """The latest of each of APPROVALS in a language."""
    newest = (
        select(func.max(TranslationChange.id))
        .where(TranslationChange.locale == locale, TranslationChange.how.in_(APPROVALS))
        .group_by(TranslationChange.how)
    )
    rows = db.session.scalars(select(TranslationChange).where(TranslationChange.id.in_(newest)))
    return {row.how: row for row in rows}


def _of_message(spot: MessageRef) -> Select[TranslationChange]:
    return select(TranslationChange).filter_by(**spot._asdict())


def _of_locale(locale: str, catalogs: Collection[str] | None) -> Select[TranslationChange]:
    found = select(TranslationChange).filter_by(locale=locale)
    return found if catalogs is None else found.where(TranslationChange.catalog.in_(catalogs))


def _newest_first(
    found: Select[TranslationChange], *, offset: int, limit: int
) -> Sequence[TranslationChange]:
    page = found.order_by(TranslationChange.id.desc()).offset(offset).limit(limit)
    return db.session.scalars(page).all()


def _count(found: Select[TranslationChange]) -> int:
    return db.session.scalar(found.with_only_columns(func.count(TranslationChange.id))) or 0
