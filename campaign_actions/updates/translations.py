"""The texts of drafts as work of the translators of a campaign.

They write from its source language. Once an update is complete in a language, it has a text in it. Texts
of scheduled updates, and of those that someone has been asked to approve, stay as they are.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection, select, tuple_, update

from campaign_actions.actions.models import Action
from campaign_actions.audit.log import add_entry
from campaign_actions.catalogs.campaign_texts.alignment import catalog_name
from campaign_actions.catalogs.campaign_texts.edit_sync import record_changes_of
from campaign_actions.catalogs.campaign_texts.fields import CopyField
from campaign_actions.catalogs.campaign_texts.messages import messages_in
from campaign_actions.catalogs.campaign_texts.parts import TextPart, find_source_locale
from campaign_actions.catalogs.campaign_texts.snapshot import Snapshot
from campaign_actions.catalogs.models import Translation, TranslationChange
from campaign_actions.catalogs.store.repository import Catalog
from campaign_actions.core.db.session import db
from campaign_actions.core.db.upsert import dialect_insert
from campaign_actions.core.i18n.locale import locales
from campaign_actions.staff.dual_control import with_author
from campaign_actions.staff.queries import actor_of
from campaign_actions.updates.audience import actions_of
from campaign_actions.updates.forms import MAX_BODY_LENGTH, MAX_SUBJECT_LENGTH
from campaign_actions.updates.models import Update, UpdateText
from campaign_actions.updates.queries import find_name

PLACES = ("mail/update/{slug}",)  # with the action and the id of the update
FIELDS = (
    CopyField(
        name="subject",
        note=_l("The subject of an email to people who asked for updates."),
        max_length=MAX_SUBJECT_LENGTH,
        is_markdown=False,
        places=PLACES,
    ),
    CopyField(
        name="body",
        note=_l("Part of an email to people who asked for updates."),
        max_length=MAX_BODY_LENGTH,
        is_markdown=True,
        places=PLACES,
    ),
)
PREFIX = "update "  # of the names of parts


def part_name(update_id: int) -> str:
    return f"{PREFIX}{update_id}"


def update_of(context: str) -> int | None:
    """The id of the update that a string with this context is a text of, if it is one."""
    part, _separator, _field = context.partition(": ")
    number = part.removeprefix(PREFIX)
    return int(number) if part.startswith(PREFIX) and number.isdecimal() else None


def catalog_of_update(update: Update) -> Catalog:
    """The part of its campaign’s catalog that it is, in any state."""
    connection = db.session.connection()
    campaign_id, source = _campaign_and_source(connection, update.action_id)
    parts = (_part(connection, update.id),)
    messages = tuple(messages_in(parts, source))
    return Catalog(catalog_name(campaign_id), messages, campaign_id, source=source, parts=parts)


@contextmanager
def record_translations(
    connection: Connection, update_id: int, action_id: int, *, staff_id: int | None, now: datetime
) -> Iterator[None]:
    """Record what staff write in several languages, in the caller's transaction.

    Call it under the lock of the campaign.
    """
    campaign_id, source = _campaign_and_source(connection, action_id)

    def take() -> Snapshot:
        return Snapshot(campaign_id, source, (_part(connection, update_id),))

    with record_changes_of(connection, take, staff_id=staff_id, now=now):
        yield


@dataclass(frozen=True)
class UpdateTexts:
    """`awaiting_approval`: finds the ids of updates that someone has been asked to approve."""

    awaiting_approval: Callable[[Connection], frozenset[int]]

    def parts(self, connection: Connection, campaign_id: int) -> Sequence[TextPart]:
        """The drafts, oldest first."""
        ids = select(Update.id).join(Action, Action.id == Update.action_id)
        drafts = ids.where(Action.campaign_id == campaign_id, Update.status == "draft")
        found = connection.scalars(drafts.order_by(Update.id)).all()
        fixed = self.awaiting_approval(connection) if found else frozenset()
        return [_part(connection, each) for each in found if each not in fixed]

    def write(
        self,
        connection: Connection,
        part: TextPart,
        locale: str,
        texts: Mapping[str, str],
        *,
        staff_id: int | None,
        now: datetime,
    ) -> None:
        """A language that the site does not have yet gets no text, because nobody could read its email."""
        update_id = int(part.name.removeprefix(PREFIX))
        draft = select(Update.id).where(Update.id == update_id, Update.status == "draft")
        is_draft = connection.scalar(draft.with_for_update()) is not None
        if not is_draft or locale not in locales():
            return
        key = {"update_id": update_id, "locale": locale}
        row = dialect_insert(connection.dialect.name)(UpdateText).values(**key, **texts)
        connection.execute(row.on_conflict_do_update(index_elements=list(key), set_=dict(texts)))
        authors = {*authors_with(connection, update_id, staff_id)}
        authors |= _translators(connection, part, locale)
        connection.execute(
            update(Update).where(Update.id == update_id).values(author_ids=sorted(authors))
        )
        add_entry(
            connection,
            "update-translated",
            actor=actor_of(connection, staff_id),
            now=now,
            subject=find_name(db.session.get_one(Update, update_id)),
            update=update_id,
            language=locale,
        )


def authors_with(connection: Connection, update_id: int, staff_id: int | None) -> list[int]:
    """The authors of an update once this member has changed it, under its lock."""
    earlier = connection.scalar(select(Update.author_ids).where(Update.id == update_id))
    return with_author(earlier or (), staff_id)


def _translators(connection: Connection, part: TextPart, locale: str) -> set[int]:
    """Everyone who has written a string of an update in a language, from the history of translations."""
    history, stored = TranslationChange, Translation
    strings = select(stored.catalog, stored.locale, stored.key).where(
        stored.locale == locale, stored.context.startswith(f"{part.name}: ", autoescape=True)
    )
    key = tuple_(history.catalog, history.locale, history.key)
    found = select(history.staff_id).where(history.staff_id.is_not(None), key.in_(strings))
    return {*connection.scalars(found.distinct())} - {None}


def _part(connection: Connection, update_id: int) -> TextPart:
    columns = UpdateText.locale, UpdateText.subject, UpdateText.body
    rows = connection.execute(select(*columns).where(UpdateText.update_id == update_id))
    content = {
        f"texts.{row.locale}.{name}": text
        for row in rows
        for name, text in (("subject", row.subject), ("body", row.body))
    }
    return TextPart(
        name=part_name(update_id),
        place="texts",
        fields=FIELDS,
        content=content,
        slug=f"{_action_slug(connection, update_id)}/{update_id}",
        is_for_several=len(actions_of(db.session.get_one(Update, update_id))) > 1,
    )


def _campaign_and_source(connection: Connection, action_id: int) -> tuple[int, str]:
    campaign = select(Action.campaign_id).where(Action.id == action_id)
    campaign_id = connection.execute(campaign).scalar_one()
    return campaign_id, find_source_locale(connection, campaign_id) or ""


def _action_slug(connection: Connection, update_id: int) -> str:
    slug = select(Action.slug).join(Update, Update.action_id == Action.id)
    return connection.execute(slug.where(Update.id == update_id)).scalar_one()
