"""Moderation: deciding which comments the page of an action shows, and undoing it.

A decision applies to what the moderator has read: not to a comment that was written or decided about since.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, insert, select, update

from campaign_actions.actions.comments.inbox import MAX_COUNTED, STATES
from campaign_actions.actions.models import (
    Comment,
    CommentBatch,
    Signature,
    SignatureRow,
    are_signatures,
)
from campaign_actions.actions.signatures.confirm import signing_id
from campaign_actions.audit.log import add_entry
from campaign_actions.core.db.session import write_transaction

MAX_NAMED = 100  # signatures in an entry of the audit log


@dataclass(frozen=True)
class Decided:
    """How many comments were decided about, and the batch by which to undo it (0: none were).

    `already`: had this decision before. `changed`: someone else decided differently since they were read.
    `gone`: withdrawn, erased, marked invalid, or never comments of this action.
    """

    batch_id: int
    rows: int
    already: int
    changed: int
    gone: int


@dataclass(frozen=True)
class Undone:
    """How many comments are as they were before, and how many are not.

    `kept`: someone has decided about them again since, or they are gone. `is_first`: nobody had undone it.
    """

    rows: int
    kept: int
    is_first: bool


def decide_comments(
    action_id: int,
    signing_ids: Sequence[str],
    *,
    is_shown: bool,
    read_as: str,
    action: str,
    staff_id: int,
    actor: str,
    now: datetime,
) -> Decided:
    """Show comments on the page of their action, or hide them.

    `signing_ids` come from `signing_id()`. `read_as` is the state in which the moderator saw them: waiting,
    shown or hidden. Comments whose writers did not agree to have them shown are left out.
    """
    chosen = {
        name.rpartition("-")[0]: name for name in signing_ids[:MAX_COUNTED] if name.isprintable()
    }
    facts = {"action_id": action_id, "is_shown": is_shown, "staff_id": staff_id}
    with write_transaction() as connection:
        locked = _lock(connection, action_id, chosen)
        found = [(row, STATES[state]) for row, state in locked if _is_chosen(row, chosen)]
        states = Counter(state for _row, state in found)
        rows = [row for row, state in found if state == read_as != STATES[is_shown]]
        batch_id = 0
        if rows:
            batch_id = _save(connection, rows, facts, now)
            _log(connection, "comment-decided", rows, is_shown, action, actor, now)
    already = states[STATES[is_shown]]
    return Decided(
        batch_id, len(rows), already, len(found) - len(rows) - already, len(chosen) - len(found)
    )


def undo_batch(
    action_id: int, batch_id: int, *, action: str, actor: str, now: datetime
) -> Undone | None:
    """Give the comments of a batch back the state they had before; None if the action has no such batch.

    Whatever anyone has decided since stays. Undoing it twice changes nothing.
    """
    its = select(CommentBatch.__table__).where(
        CommentBatch.id == batch_id, CommentBatch.action_id == action_id
    )
    with write_transaction() as connection:
        batch = connection.execute(its.with_for_update()).one_or_none()
        if batch is None:
            return None
        if batch.undone_at:
            return Undone(0, 0, is_first=False)
        rows = _restore(connection, batch.id)
        connection.execute(update(CommentBatch).filter_by(id=batch.id).values(undone_at=now))
        if rows:
            _log(connection, "comment-undone", rows, batch.is_shown, action, actor, now)
    return Undone(len(rows), batch.rows - len(rows), is_first=True)


def _lock(
    connection: Connection, action_id: int, chosen: Mapping[str, str]
) -> list[tuple[SignatureRow, bool | None]]:
    """The signatures with these public ids, and the states of their comments.

    Only comments are locked, so signers do not wait; what is read after that is what was locked.
    """
    named = select(Signature.id).where(
        Signature.public_id.in_(chosen), Signature.action_id == action_id
    )
    ids = connection.scalars(named).all()
    comments = select(Comment.signature_id, Comment.is_shown).where(
        Comment.action_id == action_id, Comment.signature_id.in_(ids)
    )
    comments = comments.order_by(Comment.signature_id).with_for_update()
    states = {row.signature_id: row.is_shown for row in connection.execute(comments)}
    signatures = (
        select(Signature.id, Signature.public_id, Signature.signed_at)
        .where(are_signatures(action_id, states), Signature.is_counted, Signature.show_comment)
        .order_by(Signature.id)
    )
    return [(row, states[row.id]) for row in connection.execute(signatures)]


def _is_chosen(row: SignatureRow, chosen: Mapping[str, str]) -> bool:
    return signing_id(row) == chosen[row.public_id]


def _save(
    connection: Connection,
    rows: Sequence[SignatureRow],
    facts: Mapping[str, int | bool],
    now: datetime,
) -> int:
    """Save a decision about several comments. Returns the id of the batch.

    Each time differs by a microsecond, because public pages continue after the time of a decision.
    """
    batch = {**facts, "decided_at": now, "rows": len(rows)}
    added = insert(CommentBatch).values(batch).returning(CommentBatch.id)
    batch_id = connection.scalars(added).one()
    decision = {
        "is_shown": facts["is_shown"],
        "decided_at": bindparam("its_decided_at"),
        "staff_id": facts["staff_id"],
        "batch_id": batch_id,
        "was_shown": Comment.is_shown,
        "was_decided_at": Comment.decided_at,
        "was_decided_by": Comment.staff_id,
    }
    one = update(Comment).where(
        Comment.action_id == facts["action_id"], Comment.signature_id == bindparam("its_id")
    )
    times = [
        {"its_id": row.id, "its_decided_at": now + timedelta(microseconds=number)}
        for number, row in enumerate(rows)
    ]
    connection.execute(one.values(decision), times)
    return batch_id


def _restore(connection: Connection, batch_id: int) -> Sequence[SignatureRow]:
    """Restore the comments of a batch that nobody has decided about since; returns their signatures."""
    its = Comment.batch_id == batch_id
    signatures = (
        select(Signature.id, Signature.public_id)
        .join_from(Signature, Comment)
        .where(its)
        .order_by(Comment.signature_id)
        .with_for_update(of=Comment)
    )
    rows = connection.execute(signatures).all()
    before = {
        "is_shown": Comment.was_shown,
        "decided_at": Comment.was_decided_at,
        "staff_id": Comment.was_decided_by,
    }
    nothing = dict.fromkeys(("batch_id", "was_shown", "was_decided_at", "was_decided_by"))
    connection.execute(update(Comment).where(its).values(before | nothing))
    return rows


def _log(
    connection: Connection,
    event: str,
    rows: Sequence[SignatureRow],
    is_shown: bool,
    action: str,
    actor: str,
    now: datetime,
) -> None:
    add_entry(
        connection,
        event,
        actor=actor,
        now=now,
        subject=action,
        rows=len(rows),
        shown=is_shown,
        signatures=[row.public_id for row in rows[:MAX_NAMED]],
    )
