"""Confirming a signature: from then on it counts."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, bindparam, update

from campaign_actions.actions.counts.ledger import add_ledger_entry
from campaign_actions.actions.models import Signature
from campaign_actions.core.db.session import write_transaction
from campaign_actions.core.db.upsert import values_of

LEDGER_COLUMNS = ("action_id", "country_code", "locale", "source", "confirmed_at")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def signing_id(signature: Any) -> str:
    """A name for this person's signing of that very moment, among those of the action.

    Withdrawn and signed again it is another one, and a link to the former is over. They are held
    to be equal, never the earlier or the later: a clock may have been put back meanwhile.
    """
    moment = (signature.signed_at - EPOCH) // timedelta(microseconds=1)
    return f"{signature.public_id}-{moment:x}"


def confirm(signature: Signature, *, now: datetime, **person: Any) -> bool:
    """Count a pending signature with the details given; True if this call did it.

    `person` holds the columns that were corrected, if any. However many requests come at once,
    one of them finds it pending: the update decides. A signature that is not pending any more
    stays as it is.
    """
    with write_transaction() as connection:
        return confirm_in_transaction(connection, signature, now=now, **person)


def confirm_in_transaction(
    connection: Connection, signature: Any, *, now: datetime, **person: Any
) -> bool:
    """What `confirm()` does, in a transaction of the caller; the signature may be a row."""
    its = {"its_action_id": signature.action_id, "its_id": signature.id}
    given = {"new_confirmed_at": now} | {f"new_{name}": value for name, value in person.items()}
    confirmed = connection.execute(_confirm_statement(tuple(person)), its | given)
    row = confirmed.one_or_none()
    if row:
        add_ledger_entry(connection, row, +1, now)
    return row is not None


@cache
def _confirm_statement(corrected: tuple[str, ...]) -> Any:
    """Made once for each set of corrected columns: in practice all of them, or none."""
    new = values_of("new", ("confirmed_at", *corrected))
    return (
        update(Signature)
        .where(
            Signature.action_id == bindparam("its_action_id"),
            Signature.id == bindparam("its_id"),
            Signature.status == "pending",
        )
        .values(new | {"status": "confirmed", "updated_at": new["confirmed_at"], "due_at": None})
        .returning(*(getattr(Signature, name) for name in LEDGER_COLUMNS))
    )
