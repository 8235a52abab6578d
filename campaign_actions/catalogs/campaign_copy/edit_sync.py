"""What staff write side by side becomes translations, each with the source that it was made from.

What somebody saves in another language than the source is what the messages say from then on. What they
left as it was stays the translation of the source it had: when only that changes, it is stale.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from campaign_actions.actions.edit import ACTION
from campaign_actions.actions.models import Action
from campaign_actions.campaigns.versioning.versioned import Versioned
from campaign_actions.catalogs.campaign_copy.alignment import (
    Said,
    catalog_of,
    known_of,
    said_in,
    same_words,
    units,
)
from campaign_actions.catalogs.campaign_copy.parts import (
    Part,
    part_of_action,
    parts_of_campaign,
    source_locale_of,
)
from campaign_actions.catalogs.models import Translation, TranslationChange
from campaign_actions.catalogs.store.change_log import Change, How, note_changes
from campaign_actions.core.db.upsert import dialect_insert
from campaign_actions.core.i18n.message import Message


def rename(
    connection: Connection, catalog: str, before: Sequence[Part], after: Sequence[Part]
) -> None:
    """The slug stands in the context of each message, and so in the key that it is stored by."""
    contexts = {
        old.context(field): new.context(field)
        for old in before
        for new in after
        for field in old.fields
        if (old.subject_id, old.place) == (new.subject_id, new.place) and old.name != new.name
    }
    theirs = select(Translation.id, Translation.key, Translation.context, Translation.source)
    theirs = theirs.where(Translation.catalog == catalog, Translation.context.in_(contexts))
    for row in connection.execute(theirs).all():
        context = contexts[row.context]
        key = Message(context=context, source=row.source).key
        renamed = update(Translation).where(Translation.id == row.id)
        connection.execute(renamed.values(context=context, key=key))
        history = update(TranslationChange).filter_by(catalog=catalog, key=row.key)
        connection.execute(history.values(key=key))


HOW: How = "staff"  # in the history


@dataclass(frozen=True)
class Seen:
    """The texts of one subject at a moment."""

    campaign_id: int
    source: str
    parts: list[Part]

    def locales(self) -> set[str]:
        """The languages it is written in, but for the source."""
        texts = (name.split(".") for part in self.parts for name in part.content)
        return {name[-2] for name in texts if name[0] in {"texts", "partners"} and len(name) > 2}

    def said(self, locale: str) -> Iterator[Said]:
        return said_in(self.parts, self.source, locale)

    def words(self, locale: str) -> set[tuple[str, str]]:
        """All that is written in a language, with the context, whether it stands beside a source or not."""
        return {
            (part.context(field), same_words(unit))
            for part in self.parts
            for field in part.fields
            for unit in units(part.text(field, locale), is_markdown=field.is_markdown)
        }


@contextmanager
def remember_changes(
    connection: Connection,
    subject: Versioned,
    subject_id: int,
    *,
    staff_id: int | None,
    now: datetime,
) -> Iterator[None]:
    """The hook of all that changes a campaign or an action."""
    before = _look(connection, subject, subject_id)
    for locale in before.locales() - {before.source}:
        _keep(connection, before, locale, now)
    yield
    after = _look(connection, subject, subject_id)
    rename(connection, catalog_of(after.campaign_id), before.parts, after.parts)
    for locale in after.locales() - {after.source}:
        _take(connection, before, after, locale, staff_id=staff_id, now=now)


def _look(connection: Connection, subject: Versioned, subject_id: int) -> Seen:
    if subject is ACTION:
        of_action = select(Action.campaign_id).where(Action.id == subject_id)
        campaign_id = connection.scalars(of_action).one()
        parts = [part_of_action(connection, subject_id, is_public=False)]
    else:
        campaign_id, parts = subject_id, [*parts_of_campaign(connection, subject_id)]
    return Seen(campaign_id, source_locale_of(connection, campaign_id) or "", parts)


def _keep(connection: Connection, seen: Seen, locale: str, now: datetime) -> None:
    """What was written before anybody remembered it: it is no change, so the history does not have it."""
    known = known_of(connection, seen.campaign_id, locale)
    for said in seen.said(locale):
        if known.is_new(said):
            _store(connection, seen, locale, said, staff_id=None, now=now)


def _take(
    connection: Connection,
    before: Seen,
    after: Seen,
    locale: str,
    *,
    staff_id: int | None,
    now: datetime,
) -> None:
    """What somebody has just written."""
    known, left = known_of(connection, after.campaign_id, locale), before.words(locale)
    changes = []
    for said in after.said(locale):
        words = same_words(said.words)
        stored = known.forms.get(said.key, ())
        if (said.message.context, words) in left or words in map(same_words, stored):
            continue
        _store(connection, after, locale, said, staff_id=staff_id, now=now)
        changes.append(Change(said.key, said.message.source, stored, (said.words,)))
    catalog = catalog_of(after.campaign_id)
    note_changes(connection, catalog, locale, changes, how=HOW, staff_id=staff_id, now=now)


def _store(
    connection: Connection,
    seen: Seen,
    locale: str,
    said: Said,
    *,
    staff_id: int | None,
    now: datetime,
) -> None:
    this = {"catalog": catalog_of(seen.campaign_id), "locale": locale, "key": said.key}
    values = {"forms": [said.words], "changed_at": now, "staff_id": staff_id}
    of_message = {"source": said.message.source, "context": said.message.context}
    made = dialect_insert(connection.dialect.name)(Translation).values(this | of_message | values)
    connection.execute(made.on_conflict_do_update(index_elements=list(this), set_=values))
