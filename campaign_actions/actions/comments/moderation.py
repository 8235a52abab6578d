"""Deciding about comments: which of them the page of an action shows."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from campaign_actions.actions.models import CommentDecision, Signature
from campaign_actions.actions.signatures.confirm import signing_id
from campaign_actions.audit.log import add_entry
from campaign_actions.core.db.session import write_transaction
from campaign_actions.core.db.upsert import dialect_insert

MAX_COMMENTS = 100  # comments decided at once


def decide_comments(
    action_id: int,
    comments: Sequence[str],
    *,
    is_shown: bool,
    action: str,
    staff_id: int,
    actor: str,
    now: datetime,
) -> int:
    """Show comments on the page of their action, or hide them; how many it was.

    They are named as `signing_id()` names a signing: a comment that was withdrawn and
    written anew since somebody read it is another one. Only those of confirmed signatures count.
    """
    read = {name.partition("-")[0]: name for name in comments[:MAX_COMMENTS] if name.isprintable()}
    theirs = select(Signature.id, Signature.public_id, Signature.signed_at).where(
        Signature.public_id.in_(read),
        Signature.action_id == action_id,
        Signature.status == "confirmed",
        Signature.comment.is_not(None),
    )
    with write_transaction() as connection:
        rows = connection.execute(theirs.order_by(Signature.id).with_for_update()).all()
        decided = [row for row in rows if signing_id(row) == read[row.public_id]]
        if decided:
            _save_decisions(connection, decided, action_id, is_shown, staff_id, now)
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
    rows: Sequence[object],
    action_id: int,
    is_shown: bool,
    staff_id: int,
    now: datetime,
) -> None:
    """Each a microsecond after the one before: pages go on from the time of their last one."""
    insert = dialect_insert(connection.dialect.name)(CommentDecision)
    decisions = [
        {
            "signature_id": row.id,  # type: ignore[attr-defined]
            "action_id": action_id,
            "is_shown": is_shown,
            "decided_at": now + timedelta(microseconds=number),
            "staff_id": staff_id,
        }
        for number, row in enumerate(rows)
    ]
    given = {name: insert.excluded[name] for name in ("is_shown", "decided_at", "staff_id")}
    connection.execute(
        insert.on_conflict_do_update(index_elements=["action_id", "signature_id"], set_=given),
        decisions,
    )
