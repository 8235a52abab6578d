"""A confirmed comment arrives in the inbox of those who moderate."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, exists, select, text, update

from campaign_actions.actions.comments.checks import has_contact, text_key
from campaign_actions.actions.models import Comment, SignatureRow
from campaign_actions.actions.models.comments import HAS_KEY
from campaign_actions.core.db.upsert import advisory_lock, dialect_insert

LOCK_BITS = 62  # of a key; PostgreSQL's locks are numbers with a sign


def add_comment(connection: Connection, row: SignatureRow, now: datetime) -> None:
    """Add the comment of a signature that has just been confirmed, in the caller's transaction.

    If others have sent nearly the same text for this action, all of them are marked as repeated.
    """
    key = text_key(row.comment)
    values = new_comment(row, key, now)
    if key:
        # So two copies that arrive at the same moment see each other. Other texts do not wait.
        advisory_lock(connection, int(key, 16) >> (64 - LOCK_BITS))
        values["is_repeated"] = _mark_repeated(connection, row.action_id, key)
    insert = dialect_insert(connection.dialect.name)(Comment).values(values)
    keys = ("action_id", "signature_id")
    fresh = {name: value for name, value in values.items() if name not in keys}
    connection.execute(insert.on_conflict_do_update(index_elements=keys, set_=fresh))


def new_comment(row: SignatureRow, key: str | None, now: datetime) -> dict[str, object]:
    """The values of a comment that has just arrived."""
    return dict.fromkeys(Comment.__table__.columns.keys()) | {
        "action_id": row.action_id,
        "signature_id": row.id,
        "arrived_at": now,
        "text_key": key,
        "has_contact": has_contact(row.comment),
        "is_repeated": False,
    }


def _mark_repeated(connection: Connection, action_id: int, key: str) -> bool:
    """Mark the comments with this text. Returns whether there are any.

    Only the first repetition changes a row, so a flood of copies does not update one again and again.
    """
    same = (Comment.action_id == action_id, Comment.text_key == key, text(HAS_KEY))
    if not connection.scalar(select(exists().where(*same))):
        return False
    marked: Mapping[str, object] = {"is_repeated": True}
    connection.execute(update(Comment).where(*same, ~Comment.is_repeated).values(marked))
    return True
