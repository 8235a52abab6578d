"""Taking a signature back: withdrawing keeps that it was there, erasing removes the person.

Withdrawing an invalid one removes the person as well, but for the key of the address, if it has one:
it stays suppressed for a time (`suppressing.py`), else it could be used to sign again at once.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select, text, update

from campaign_actions.actions.counts.ledger import add_ledger_entry
from campaign_actions.actions.models import CommentDecision, Signature, are_signatures, is_signature
from campaign_actions.audit.log import COMMAND, add_entry
from campaign_actions.core.db.session import BUSY_TIMEOUT_MS, db, write_transaction
from campaign_actions.core.security.email_address import email_key
from campaign_actions.outbox.enqueue import forget

KEPT_WHEN_ERASED = {
    "id",
    "public_id",
    "action_id",
    "status",
    "updated_at",
}  # of an erased row, nothing else
NOT_NULL_VALUES = {
    "show_name": False,
    "wants_updates": False,
    "answers": {},
}  # what can not be null
ERASED_VALUES: dict[str, Any] = {
    column.name: NOT_NULL_VALUES.get(column.name)
    for column in Signature.__table__.columns
    if column.name not in KEPT_WHEN_ERASED
} | {"status": "erased"}
KEPT_WHEN_SUPPRESSED = {"email_key", "invalidated_at"}  # besides, of one that was invalid
SUPPRESSED_VALUES: dict[str, Any] = {
    name: value for name, value in ERASED_VALUES.items() if name not in KEPT_WHEN_SUPPRESSED
} | {"status": "suppressed"}


def withdraw(signature: Signature, *, now: datetime) -> bool:
    """At the signer's wish: a confirmed signature counts no more, one never confirmed is erased.

    An invalid one is suppressed. Done again, it changes nothing; True if this call did it. The row is
    held while it is decided which of them it is: it may be confirmed at this very moment.
    """
    with write_transaction() as connection:
        return _withdraw(connection, signature, now)


def withdraw_on_request(
    signature: Signature, *, action: str, heard: str, actor: str, now: datetime
) -> bool:
    """The same, by staff whom the person asked for it; `heard` says how, in a word of ours."""
    with write_transaction() as connection:
        is_done = _withdraw(connection, signature, now)
        if is_done:
            add_entry(
                connection,
                "signature-changed",
                actor=actor,
                now=now,
                subject=signature.public_id,
                rows=1,
                action=action,
                change="withdrawn",
                heard=heard,
            )
    return is_done


def erase(email: str, *, now: datetime, actor: str = COMMAND) -> int:
    """Remove a person everywhere, waiting mails included; how many signatures it was.

    The audit log keeps the opaque ids of the rows, which are all that is left of them.
    """
    key = email_key(email)
    theirs = select(Signature.__table__).where(Signature.email_key == key)
    with write_transaction() as connection:
        rows = connection.execute(theirs.with_for_update()).all()
        for row in rows:
            if row.status == "confirmed":
                add_ledger_entry(connection, row, -1, now)
        erase_rows(connection, rows, now=now)
        forget(connection, key)
        ids = [row.public_id for row in rows]
        add_entry(connection, "erased", actor=actor, now=now, rows=len(rows), signatures=ids)
    return len(rows)


def erase_rows(connection: Connection, rows: Sequence[Any], *, now: datetime) -> None:
    """Erase signatures that the caller holds, and the mail about them; the count stays as it is."""
    _clear_rows(connection, rows, ERASED_VALUES, now)


def _clear_rows(
    connection: Connection, rows: Sequence[Any], values: dict[str, Any], now: datetime
) -> None:
    ids: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        ids[row.action_id].append(row.id)
    for action_id, theirs in ids.items():
        these = update(Signature).where(are_signatures(action_id, theirs))
        connection.execute(these.values(**values, updated_at=now))
        _delete_comment_decisions(connection, action_id, theirs)
    for row in rows:
        forget(connection, row.email_key, about=row.action_id)


def truncate_wal() -> bool:
    """Empty SQLite's journal, so that what was erased stands in no file; False if a reader is in the way.

    It waits for nobody, since signers would wait for it. PostgreSQL keeps its own house.
    """
    if db.engine.dialect.name != "sqlite":
        return True
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("pragma busy_timeout=0"))
        try:
            busy = connection.execute(text("pragma wal_checkpoint(truncate)")).one()[0]
        finally:
            connection.execute(text(f"pragma busy_timeout={BUSY_TIMEOUT_MS}"))
    return not busy


def _withdraw(connection: Connection, signature: Signature, now: datetime) -> bool:
    this = select(Signature.__table__).where(is_signature(signature))
    row = connection.execute(this.with_for_update()).one()
    if row.status == "confirmed":
        withdrawn = update(Signature).where(is_signature(row))
        connection.execute(withdrawn.values(status="withdrawn", withdrawn_at=now, updated_at=now))
        _delete_comment_decisions(connection, row.action_id, [row.id])
        add_ledger_entry(connection, row, -1, now)
    elif row.status == "pending" or (row.status == "invalid" and row.email_key is None):
        erase_rows(connection, [row], now=now)
    elif row.status == "invalid":
        _clear_rows(
            connection, [row], SUPPRESSED_VALUES, row.invalidated_at
        )  # nobody needs to know since when
    return row.status in {"confirmed", "pending", "invalid"}


def _delete_comment_decisions(connection: Connection, action_id: int, ids: Sequence[int]) -> None:
    """Whoever signs again writes a new comment, that nobody has read yet."""
    theirs = CommentDecision.action_id == action_id, CommentDecision.signature_id.in_(ids)
    connection.execute(delete(CommentDecision).where(*theirs))
