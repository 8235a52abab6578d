"""Writing an update: a draft, saved as often as one likes, until it is sent."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection, delete, insert, select

from campaign_actions.audit.log import add_entry
from campaign_actions.core.db.session import write_transaction
from campaign_actions.core.errors import Conflict
from campaign_actions.updates.models import Update, UpdateText

# Of each language: its subject and body.
Texts = Mapping[str, tuple[str, str]]


class NotADraft(Conflict):
    title = _l("This update cannot be changed any more")
    message = _l("It was sent or deleted meanwhile. Go back to the list of updates.")


class TextsChanged(Conflict):
    title = _l("Somebody else has changed this update meanwhile")
    message = _l("Nothing was sent. Go back, read what it says now, and send it then.")


def create_draft(
    action_id: int, texts: Texts, *, name: str, staff_id: int, actor: str, now: datetime
) -> int:
    """Begin an update of an action; its id. `name` is the action's, for the audit log."""
    with write_transaction() as connection:
        new = {"action_id": action_id, "status": "draft", "made_at": now, "staff_id": staff_id}
        made = connection.execute(insert(Update).values(new).returning(Update.id))
        update_id: int = made.scalar_one()
        _put(connection, update_id, texts)
        add_entry(connection, "update-saved", actor=actor, now=now, subject=name, update=update_id)
    return update_id


def save_draft(
    update_id: int, texts: Texts, *, seen: str, name: str, actor: str, now: datetime
) -> None:
    """Replace the texts of a draft in these languages; others stay as they are.

    `seen` is the fingerprint of all that were there before. Raises NoDraft; TextsChanged when
    somebody else was faster.
    """
    with write_transaction() as connection:
        lock_draft(connection, update_id, seen=seen)
        theirs = UpdateText.update_id == update_id, UpdateText.locale.in_(texts)
        connection.execute(delete(UpdateText).where(*theirs))
        _put(connection, update_id, texts)
        add_entry(connection, "update-saved", actor=actor, now=now, subject=name, update=update_id)


def delete_draft(update_id: int, *, name: str, actor: str, now: datetime) -> None:
    """Delete a draft. Raises NoDraft."""
    with write_transaction() as connection:
        lock_draft(connection, update_id)
        connection.execute(delete(UpdateText).where(UpdateText.update_id == update_id))
        connection.execute(delete(Update).where(Update.id == update_id))
        add_entry(
            connection, "update-deleted", actor=actor, now=now, subject=name, update=update_id
        )


def lock_draft(connection: Connection, update_id: int, *, seen: str | None = None) -> None:
    """Nobody else changes or sends it until the transaction ends. Raises NoDraft, TextsChanged."""
    held = select(Update.id).where(Update.id == update_id, Update.status == "draft")
    if connection.execute(held.with_for_update()).first() is None:
        raise NotADraft
    texts = select(UpdateText.locale, UpdateText.subject, UpdateText.body)
    rows = connection.execute(texts.where(UpdateText.update_id == update_id))
    if seen is not None and seen != fingerprint(rows):
        raise TextsChanged


def fingerprint(texts: Iterable[Any]) -> str:
    """The same for the same texts, and for no others."""
    rows = sorted((text.locale, text.subject, text.body) for text in texts)
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()[:32]


def _put(connection: Connection, update_id: int, texts: Texts) -> None:
    """What is empty in both is no text."""
    rows = [
        {"update_id": update_id, "locale": locale, "subject": subject, "body": body}
        for locale, (subject, body) in texts.items()
        if subject or body
    ]
    if rows:
        connection.execute(insert(UpdateText), rows)
