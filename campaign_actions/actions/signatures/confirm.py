"""Confirming a signature: from then on it counts."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, bindparam, update

from campaign_actions.actions.counts.ledger import add_ledger_entry
from campaign_actions.actions.models import Signature
from campaign_actions.core.db.session import write_transaction
from campaign_actions.core.db.upsert import bind_columns

COUNTED = ("action_id", "country_code", "locale", "source", "confirmed_at")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def name_of_signing(signature: Any) -> str:
    """What a link to confirm names: this person's signing of that very moment.

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
        return confirm_in(connection, signature.id, now=now, **person)


def confirm_in(connection: Connection, signature_id: int, *, now: datetime, **person: Any) -> bool:
    """What `confirm()` does, in a transaction of the caller."""
    given = {"new_confirmed_at": now} | {f"new_{name}": value for name, value in person.items()}
    confirmed = connection.execute(_update(tuple(person)), {"its_id": signature_id} | given)
    row = confirmed.one_or_none()
    if row:
        add_ledger_entry(connection, row, +1, now)
    return row is not None


@cache
def _update(corrected: tuple[str, ...]) -> Any:
    """Made once for each set of corrected columns: in practice all of them, or none."""
    new = bind_columns("new", ("confirmed_at", *corrected))
    return (
        update(Signature)
        .where(Signature.id == bindparam("its_id"), Signature.status == "pending")
        .values(new | {"status": "confirmed", "updated_at": new["confirmed_at"], "due_at": None})
        .returning(*(getattr(Signature, name) for name in COUNTED))
    )
