"""Drafts of updates: creating, saving and deleting them."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection, Row, delete, insert, select

from campaign_actions.actions.signatures.filters.filter import SignatureFilter
from campaign_actions.audit.log import add_entry
from campaign_actions.core.db.session import write_transaction
from campaign_actions.core.errors import Conflict
from campaign_actions.updates.models import Update, UpdateText
from campaign_actions.updates.queries import EVERYONE

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
) -> int:
    """Returns the id of the new draft. `name` is that of the action, for the audit log.

    `audience`: which of those who asked for updates get it. It must not have a name or an address.
    """
    with write_transaction() as connection:
        row = {
            "action_id": action_id,
            "status": "draft",
            "made_at": now,
            "staff_id": staff_id,
            "filter": audience.filter(),
        }
        inserted = connection.execute(insert(Update).values(row).returning(Update.id))
        update_id = inserted.scalar_one()
        _insert_texts(connection, update_id, texts)
        add_entry(connection, "update-saved", actor=actor, now=now, subject=name, update=update_id)
    return update_id


def save_draft(
    update_id: int, texts: Texts, *, seen: str, name: str, actor: str, now: datetime
) -> None:
    """Replace the texts of a draft in these languages; others stay as they are.

    `seen` is the fingerprint of all the texts that the page showed. Raises NotADraft, TextsChanged.
    """
    with write_transaction() as connection:
        lock_draft(connection, update_id, seen=seen)
        replaced = UpdateText.update_id == update_id, UpdateText.locale.in_(texts)
        connection.execute(delete(UpdateText).where(*replaced))
        _insert_texts(connection, update_id, texts)
        add_entry(connection, "update-saved", actor=actor, now=now, subject=name, update=update_id)


def delete_draft(update_id: int, *, name: str, actor: str, now: datetime) -> None:
    """Raises NotADraft."""
    with write_transaction() as connection:
        lock_draft(connection, update_id)
        connection.execute(delete(UpdateText).where(UpdateText.update_id == update_id))
        connection.execute(delete(Update).where(Update.id == update_id))
        add_entry(
            connection, "update-deleted", actor=actor, now=now, subject=name, update=update_id
        )


def lock_draft(connection: Connection, update_id: int, *, seen: str | None = None) -> None:
    """Lock a draft until the end of the transaction. Raises NotADraft, TextsChanged."""
    this = select(Update.id).where(Update.id == update_id, Update.status == "draft")
    if connection.execute(this.with_for_update()).first() is None:
        raise NotADraft
    texts = select(UpdateText.locale, UpdateText.subject, UpdateText.body)
    rows = connection.execute(texts.where(UpdateText.update_id == update_id))
    if seen is not None and seen != fingerprint(rows):
        raise TextsChanged


def fingerprint(texts: Iterable[UpdateText | Row[str, str, str]]) -> str:
    """A hash by which a page notices that someone else has changed the texts."""
    rows = sorted((text.locale, text.subject, text.body) for text in texts)
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()[:32]


def _insert_texts(connection: Connection, update_id: int, texts: Texts) -> None:
    """A language with neither subject nor body is left out."""
    rows = [
        {"update_id": update_id, "locale": locale, "subject": subject, "body": body}
        for locale, (subject, body) in texts.items()
        if subject or body
    ]
    if rows:
        connection.execute(insert(UpdateText), rows)
