"""Confirming a signature, which makes it count."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Unpack

from sqlalchemy import Connection, Executable, bindparam, select, update

from campaign_actions.actions.comments.arrive import add_comment
from campaign_actions.actions.counts.ledger import (
    LEDGER_TABLE_INSERT,
    add_ledger_entry,
    new_entry,
)
from campaign_actions.actions.models import Action, Person, Signature, SignatureRow
from campaign_actions.core.db.group_commit import GroupCommit
from campaign_actions.core.db.session import write_transaction
from campaign_actions.core.db.upsert import bind_columns
from campaign_actions.outbox.enqueue import MAIL_TABLE_INSERT, new_mail

LEDGER_COLUMNS = ("action_id", "country_code", "locale", "source", "confirmed_at")
MAIL_COLUMNS = ("email", "email_key")
COMMENT_COLUMNS = ("id", "comment", "show_comment")
COUNT_AND_RECEIPT = GroupCommit(LEDGER_TABLE_INSERT, MAIL_TABLE_INSERT)
SENDS_RECEIPT = (
    select(Action.sends_receipt)
    .where(Action.id == bindparam("its_action_id"))
    .scalar_subquery()
    .label("sends_receipt")
)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def signing_id(signature: Signature | SignatureRow) -> str:
    """Identifies the signature together with the moment at which it was signed.

    After withdrawing and signing again it is a different one, so old links no longer work. Compare
    for equality only: a clock may have been set back in between.
    """
    assert signature.signed_at, "an erased signature has no moment"
    moment = (signature.signed_at - EPOCH) // timedelta(microseconds=1)
    return f"{signature.public_id}-{moment:x}"


def confirm(signature: Signature, *, now: datetime, **person: Unpack[Person]) -> bool:
    """Confirm a pending signature, as the signer corrected it. Returns True if this call did it.

    If the action sends receipts, one is queued.

    The update itself checks that the signature is pending, so only one of several simultaneous
    requests succeeds.
    """
    with write_transaction() as connection:
        return confirm_in_transaction(connection, signature, now=now, **person)


def confirm_in_transaction(
    connection: Connection,
    signature: Signature | SignatureRow,
    *,
    now: datetime,
    **person: Unpack[Person],
) -> bool:
    """The same in the caller's transaction."""
    key = {"its_action_id": signature.action_id, "its_id": signature.id}
    values = {"new_confirmed_at": now} | {f"new_{name}": value for name, value in person.items()}
    row = connection.execute(_confirm_statement(tuple(person)), key | values).one_or_none()
    if row and row.sends_receipt:
        # Both in one statement, so that the receipt costs no round trip.
        COUNT_AND_RECEIPT.insert_in(connection, new_entry(row, +1, now), new_receipt(row, now))
    elif row:
        add_ledger_entry(connection, row, +1, now)
    if row and row.show_comment:
        add_comment(connection, row, now)
    return row is not None


def new_receipt(signature: SignatureRow, now: datetime) -> dict[str, object]:
    """The row of the outbox that queues the receipt of a signature."""
    return new_mail(
        "receipt",
        to=signature.email,
        email_key=signature.email_key,
        locale=signature.locale,
        about=signature.action_id,
        lane="notice",
        now=now,
    )


@cache
def _confirm_statement(corrected: tuple[str, ...]) -> Executable:
    """Built once for each set of corrected columns: in practice for all of them and for none."""
    new = bind_columns("new", ("confirmed_at", *corrected))
    return (
        update(Signature)
        .where(
            Signature.action_id == bindparam("its_action_id"),
            Signature.id == bindparam("its_id"),
            Signature.status == "pending",
        )
        .values(new | {"status": "confirmed", "updated_at": new["confirmed_at"], "due_at": None})
        .returning(
            *(getattr(Signature, name) for name in (*LEDGER_COLUMNS, *MAIL_COLUMNS)),
            *(getattr(Signature, name) for name in COMMENT_COLUMNS),
            SENDS_RECEIPT,
        )
    )
