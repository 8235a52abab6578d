"""Drafts of updates: creating, saving and deleting them."""

import hashlib
import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection, ScalarSelect, delete, insert, select, update

from campaign_actions.actions.models import Action
from campaign_actions.actions.signatures.filters.filter import SignatureFilter
from campaign_actions.audit.log import add_entry
from campaign_actions.catalogs.campaign_texts.publish import lock_campaign
from campaign_actions.core.db.session import write_transaction
from campaign_actions.core.errors import Conflict
from campaign_actions.updates.audience import EVERYONE
from campaign_actions.updates.models import Update, UpdateAction, UpdateText
from campaign_actions.updates.translations import authors_with, record_translations

Texts = Mapping[str, tuple[str, str]]  # subject and body by language


class NotADraft(Conflict):
    title = _l("This update can no longer be changed")
    message = _l(
        "It has been sent or deleted since you opened the page. Go back to the list of updates."
    )


class TextsChanged(Conflict):
    title = _l("Someone else has changed this update")
    message = _l("Nothing was sent. Go back and read the current version before you send it.")


def create_draft(
    action_id: int,
    texts: Texts,
    *,
    name: str,
    staff_id: int,
    actor: str,
    now: datetime,
    audience: SignatureFilter = EVERYONE,
    actions: Collection[int] | None = (),
) -> int:
    """Returns the id of the new draft. `name` is that of the action, for the audit log.

    `audience`: which of those who asked for updates get it. It must not have a name or an address.
    `actions`: whose signers get it, if not only those of this action; None: the whole campaign.
    """
    with write_transaction() as connection:
        _lock_texts(connection, action_id)
        row = {
            "action_id": action_id,
            "status": "draft",
            "made_at": now,
            "staff_id": staff_id,
            "saved_by": staff_id,
            "author_ids": [staff_id],
            "filter": audience.filter(),
            "scope": _scope(actions),
        }
        inserted = connection.execute(insert(Update).values(row).returning(Update.id))
        update_id = inserted.scalar_one()
        _set_actions(connection, update_id, actions, home=action_id)
        with record_translations(connection, update_id, action_id, staff_id=staff_id, now=now):
            _insert_texts(connection, update_id, texts)
        add_entry(connection, "update-saved", actor=actor, now=now, subject=name, update=update_id)
    return update_id


def save_draft(
    update_id: int,
    texts: Texts,
    *,
    seen: str,
    name: str,
    actor: str,
    now: datetime,
    staff_id: int | None = None,
    audience: SignatureFilter | None = None,
    actions: Collection[int] | None = (),
) -> None:
    """Replace the texts of a draft in these languages; others stay as they are.

    `audience` and `actions`: as in `create_draft()`; without an audience, both stay as they are.
    `seen` is the fingerprint of what the page showed. Raises NotADraft, TextsChanged.
    """
    with write_transaction() as connection:
        here = select(Update.action_id).where(Update.id == update_id)
        _lock_texts(connection, here.scalar_subquery())
        action_id = lock_draft(connection, update_id, seen=seen)
        values: dict[str, Any] = {"saved_by": staff_id, "returned_at": None, "returned_why": None}
        values["author_ids"] = authors_with(connection, update_id, staff_id)
        if audience is not None:
            values |= {"filter": audience.filter(), "scope": _scope(actions)}
            _set_actions(connection, update_id, actions, home=action_id)
        connection.execute(update(Update).where(Update.id == update_id).values(values))
        replaced = UpdateText.update_id == update_id, UpdateText.locale.in_(texts)
        with record_translations(connection, update_id, action_id, staff_id=staff_id, now=now):
            connection.execute(delete(UpdateText).where(*replaced))
            _insert_texts(connection, update_id, texts)
        add_entry(connection, "update-saved", actor=actor, now=now, subject=name, update=update_id)


def delete_draft(update_id: int, *, name: str, actor: str, now: datetime) -> None:
    """Raises NotADraft."""
    with write_transaction() as connection:
        lock_draft(connection, update_id)
        for table in (UpdateText, UpdateAction):
            connection.execute(delete(table).where(table.update_id == update_id))
        connection.execute(delete(Update).where(Update.id == update_id))
        add_entry(
            connection, "update-deleted", actor=actor, now=now, subject=name, update=update_id
        )


def lock_draft(connection: Connection, update_id: int, *, seen: str | None = None) -> int:
    """Lock a draft until the end of the transaction; returns the id of the action it was written at.

    Raises NotADraft, TextsChanged.
    """
    return lock_unstarted(connection, update_id, ("draft",), seen=seen)


def lock_unstarted(
    connection: Connection, update_id: int, statuses: Collection[str], *, seen: str | None = None
) -> int:
    """The same for an update that is in one of these states."""
    this = select(Update.action_id).where(Update.id == update_id, Update.status.in_(statuses))
    action_id = connection.scalar(this.with_for_update())
    if action_id is None:
        raise NotADraft
    if seen is not None and seen != fingerprint(connection, update_id):
        raise TextsChanged
    return int(action_id)


def lock_due(connection: Connection, update_id: int, now: datetime) -> None:
    """The same for a scheduled one whose time has come. Raises NotADraft."""
    is_due = Update.status == "scheduled", Update.send_at <= now
    this = select(Update.id).where(Update.id == update_id, *is_due)
    if connection.execute(this.with_for_update()).first() is None:
        raise NotADraft


def fingerprint(connection: Connection, update_id: int) -> str:
    """A hash of the texts and of who gets them, by which a page notices that someone changed them."""
    texts = select(UpdateText.locale, UpdateText.subject, UpdateText.body)
    actions = select(UpdateAction.action_id).where(UpdateAction.update_id == update_id)
    goes_to = select(Update.scope, Update.filter).where(Update.id == update_id)
    content = [
        sorted(map(list, connection.execute(texts.where(UpdateText.update_id == update_id)))),
        sorted(connection.scalars(actions)),
        *map(list, connection.execute(goes_to)),
    ]
    text = json.dumps(content, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _lock_texts(connection: Connection, action_id: int | ScalarSelect[int]) -> None:
    """Make people who translate the same campaign wait, before anything else is locked, as they do."""
    campaign = select(Action.campaign_id).where(Action.id == action_id)
    if campaign_id := connection.scalar(campaign):
        lock_campaign(connection, campaign_id)


def _scope(actions: Collection[int] | None) -> str:
    return "campaign" if actions is None else "actions"


def _set_actions(
    connection: Connection, update_id: int, actions: Collection[int] | None, *, home: int
) -> None:
    """For the whole campaign, sending adds them when it starts."""
    connection.execute(delete(UpdateAction).where(UpdateAction.update_id == update_id))
    chosen = [] if actions is None else sorted(set(actions)) or [home]
    rows = [{"update_id": update_id, "action_id": action_id} for action_id in chosen]
    if rows:
        connection.execute(insert(UpdateAction), rows)


def _insert_texts(connection: Connection, update_id: int, texts: Texts) -> None:
    """A language with neither subject nor body is left out."""
    rows = [
        {"update_id": update_id, "locale": locale, "subject": subject, "body": body}
        for locale, (subject, body) in texts.items()
        if subject or body
    ]
    if rows:
        connection.execute(insert(UpdateText), rows)
