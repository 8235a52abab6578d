"""Withdrawing a signature, which keeps the row, and erasing a person, which empties it.

Withdrawing an invalid signature removes the personal data too, except for the key of its address.
The address stays suppressed for a time (see invalidation/suppress.py), because otherwise it could
be used to sign again at once.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, select, text, update

from campaign_actions.actions.counts.ledger import add_ledger_entry
from campaign_actions.actions.models import (
    COUNTED,
    Comment,
    Signature,
    SignatureRow,
    are_signatures,
    is_signature,
)
from campaign_actions.actions.signatures.codes.tries import delete_tries
from campaign_actions.audit.log import COMMAND, add_entry
from campaign_actions.core.db.session import BUSY_TIMEOUT_MS, db, write_transaction
from campaign_actions.core.security.email_address import email_key
from campaign_actions.outbox.enqueue import delete_emails_to, forget_people

KEPT_WHEN_ERASED = {"id", "public_id", "action_id", "kind", "status", "updated_at"}
NOT_NULL_VALUES = {
    **dict.fromkeys(("show_comment", "show_name", "wants_updates"), False),
    "answers": {},
}
ERASED_VALUES: dict[str, object] = {
    column.name: NOT_NULL_VALUES.get(column.name)
    for column in Signature.__table__.columns
    if column.name not in KEPT_WHEN_ERASED
} | {"status": "erased"}
KEPT_WHEN_SUPPRESSED = {"email_key", "invalidated_at"}  # in addition
SUPPRESSED_VALUES: dict[str, object] = {
    name: value for name, value in ERASED_VALUES.items() if name not in KEPT_WHEN_SUPPRESSED
} | {"status": "suppressed"}


def withdraw(signature: Signature, *, now: datetime) -> bool:
    """Withdraw a confirmed signature, erase one that was never confirmed, suppress an invalid one.

    Returns True if this call did it; repeating it changes nothing. The row is locked, because it may
    be confirmed at the same moment.
    """
    with write_transaction() as connection:
        return _withdraw(connection, signature, now)


def withdraw_on_request(
    signature: Signature, *, action: str, heard: str, actor: str, now: datetime
) -> bool:
    """The same by staff, because the person asked them. `heard`: one of REQUEST_CHANNELS."""
    with write_transaction() as connection:
        is_withdrawn = _withdraw(connection, signature, now)
        if is_withdrawn:
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
    return is_withdrawn


def erase_withdrawn(signature: Signature, *, now: datetime) -> bool:
    """Erase a withdrawn signature because its signer wants that. The count does not change.

    Returns True if this call did it. A signature with another status stays as it is: the person may
    have signed again since the page was opened.
    """
    with write_transaction() as connection:
        row = _lock(connection, signature)
        if row.status != "withdrawn":
            return False
        erase_rows(connection, [row], now=now)
    return True


def erase(email: str, *, now: datetime, actor: str = COMMAND) -> int:
    """Erase a person everywhere, queued emails included. Returns the number of signatures.

    The audit log keeps the opaque ids of the signatures, which is all that remains of them.
    """
    key = email_key(email)
    signatures = select(Signature.__table__).where(Signature.email_key == key)
    with write_transaction() as connection:
        rows = connection.execute(signatures.with_for_update()).all()
        for row in rows:
            if row.status == COUNTED:
                add_ledger_entry(connection, row, -1, now)
        erase_rows(connection, rows, now=now)
        delete_emails_to(connection, key)
        delete_tries(connection, key)
        ids = [row.public_id for row in rows]
        add_entry(connection, "erased", actor=actor, now=now, rows=len(rows), signatures=ids)
    return len(rows)


def remove_again(
    connection: Connection,
    row: SignatureRow,
    *,
    status: str,
    withdrawn_at: datetime | None,
    now: datetime,
) -> bool:
    """Repeat the removal of a signature that the caller has locked, and that a restore brought back.

    `status`: what it was when the backup was restored. Returns False if it still is, or if its signer signed
    again after `withdrawn_at`.
    """
    if row.status in {status, "erased"}:
        return False
    if status == "withdrawn":
        has_signed_again = withdrawn_at and row.signed_at and row.signed_at > withdrawn_at
        return not has_signed_again and _withdraw(connection, row, now)
    if status == "suppressed" and row.status == "invalid":
        return _withdraw(connection, row, now)
    if row.status == COUNTED:
        add_ledger_entry(connection, row, -1, now)
    erase_rows(connection, [row], now=now)
    return True


def erase_rows(connection: Connection, rows: Sequence[SignatureRow], *, now: datetime) -> None:
    """Erase signatures that the caller has locked, and the emails about them. Counts do not change."""
    _clear_rows(connection, rows, ERASED_VALUES, now)


def _clear_rows(
    connection: Connection, rows: Sequence[SignatureRow], values: dict[str, object], now: datetime
) -> None:
    ids_by_action = defaultdict(list)
    for row in rows:
        ids_by_action[row.action_id].append(row.id)
    for action_id, ids in ids_by_action.items():
        signatures = update(Signature).where(are_signatures(action_id, ids))
        connection.execute(signatures.values(**values, updated_at=now))
        _delete_comments(connection, action_id, ids)
        keys = {row.email_key for row in rows if row.action_id == action_id and row.email_key}
        _forget_updates(connection, action_id, keys)
    for row in rows:
        delete_emails_to(connection, row.email_key, about=row.action_id)
        delete_tries(connection, row.email_key, action_id=row.action_id)


def _forget_updates(connection: Connection, action_id: int, keys: Collection[str]) -> None:
    """Which updates they get. Someone who took part in another action does not get one twice."""
    others = select(Signature.email_key).where(
        Signature.email_key.in_(keys), Signature.status != "suppressed"
    )
    forget_people(connection, keys, about=action_id, others=others)


def truncate_wal() -> bool:
    """Truncate SQLite's write-ahead log, so that no file contains erased data.

    Returns False if a reader blocks it. It does not wait for readers, because signers would have
    to wait too. Does nothing on PostgreSQL.
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


def _withdraw(connection: Connection, signature: Signature | SignatureRow, now: datetime) -> bool:
    row = _lock(connection, signature)
    if row.status == COUNTED:
        update_row = update(Signature).where(is_signature(row))
        connection.execute(update_row.values(status="withdrawn", withdrawn_at=now, updated_at=now))
        _delete_comments(connection, row.action_id, [row.id])
        add_ledger_entry(connection, row, -1, now)
    elif row.status == "pending" or (row.status == "invalid" and _is_free(row)):
        erase_rows(connection, [row], now=now)
    elif row.status == "invalid":
        # Not `now`: the time of the withdrawal is not kept either.
        _clear_rows(connection, [row], SUPPRESSED_VALUES, row.invalidated_at)
    return row.status in {"confirmed", "pending", "invalid"}


def _is_free(row: SignatureRow) -> bool:
    """Whether nobody confirmed with the address of an invalid signature, so it is not suppressed."""
    return row.email_key is None or row.confirmed_at is None


def _lock(connection: Connection, signature: Signature | SignatureRow) -> SignatureRow:
    row = select(Signature.__table__).where(is_signature(signature))
    return connection.execute(row.with_for_update()).one()


def _delete_comments(connection: Connection, action_id: int, ids: Sequence[int]) -> None:
    """Someone who signs again writes a new comment, which needs a new decision."""
    of_signatures = Comment.action_id == action_id, Comment.signature_id.in_(ids)
    connection.execute(delete(Comment).where(*of_signatures))
