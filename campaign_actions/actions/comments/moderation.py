"""Moderation: deciding which comments the page of an action shows."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from campaign_actions.actions.models import CommentDecision, Signature, SignatureRow
from campaign_actions.actions.signatures.confirm import signing_id
from campaign_actions.audit.log import add_entry
from campaign_actions.core.db.session import write_transaction
from campaign_actions.core.db.upsert import dialect_insert

MAX_COMMENTS = 100  # in one call of decide_comments()


def decide_comments(
    action_id: int,
    signing_ids: Sequence[str],
    *,
    is_shown: bool,
    action: str,
    staff_id: int,
    actor: str,
    now: datetime,
) -> int:
    """Show comments on the page of their action, or hide them. Returns the number of comments.

    `signing_ids` come from `signing_id()`, so a decision never applies to a comment that was
    written after the moderator read the page. Signatures that are not confirmed are skipped, and so
    are comments whose writers did not agree to have them shown.
    """
    chosen = {
        name.partition("-")[0]: name for name in signing_ids[:MAX_COMMENTS] if name.isprintable()
    }
    signatures = select(Signature.id, Signature.public_id, Signature.signed_at).where(
        Signature.public_id.in_(chosen),
        Signature.action_id == action_id,
        Signature.is_counted,
        Signature.show_comment,
    )
    with write_transaction() as connection:
        rows = connection.execute(signatures.order_by(Signature.id).with_for_update()).all()
        decided = [row for row in rows if signing_id(row) == chosen[row.public_id]]
        if decided:
            values = {"action_id": action_id, "is_shown": is_shown, "staff_id": staff_id}
            _save_decisions(connection, decided, values, now)
            add_entry(
                connection,
                "comment-decided",
                actor=actor,
                now=now,
                subject=action,
                rows=len(decided),
                shown=is_shown,
                signatures=[row.public_id for row in decided],
            )
    return len(decided)


def _save_decisions(
    connection: Connection,
    rows: Sequence[SignatureRow],
    values: dict[str, int | bool],
    now: datetime,
) -> None:
    """Each time differs by a microsecond, because pages continue after the time of a decision."""
    insert = dialect_insert(connection.dialect.name)(CommentDecision)
    decisions = [
        {"signature_id": row.id, "decided_at": now + timedelta(microseconds=number), **values}
        for number, row in enumerate(rows)
    ]
    changed = {name: insert.excluded[name] for name in ("is_shown", "decided_at", "staff_id")}
    upsert = insert.on_conflict_do_update(
        index_elements=["action_id", "signature_id"], set_=changed
    )
    connection.execute(upsert, decisions)
