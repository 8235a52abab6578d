"""Taking an action with one press, as the person who confirmed another signature.

The address has been proven, so the new signature is confirmed at once. Nobody learns whether the
person had taken that action before: the link is offered anyway, and runs the same statements.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Unpack

from sqlalchemy import Connection, Executable, bindparam, case, func, null, select, update

from campaign_actions.actions.counts.ledger import add_ledger_entry
from campaign_actions.actions.models import (
    COUNTED,
    COUNTED_PROVIDERS,
    ConsentText,
    Person,
    Signature,
    SignatureRow,
)
from campaign_actions.actions.personal_data.later_uses import is_covered_now
from campaign_actions.actions.personal_data.purposes import CARRIED_OVER
from campaign_actions.actions.queries import PublicAction
from campaign_actions.actions.signatures.confirm import LEDGER_COLUMNS
from campaign_actions.actions.signatures.sign import COLUMNS, UNIQUE_KEY, ActionClosed, new_rows
from campaign_actions.core.db.session import write_transaction
from campaign_actions.core.db.upsert import bind_columns, dialect_insert
from campaign_actions.outbox.enqueue import INSERT_MAIL


def carried_over(signature: Signature) -> Mapping[str, str | None]:
    """The details that the new signature has from the confirmed one, unless the person corrects them."""
    return {name: getattr(signature, name) for name in CARRIED_OVER}


def take_next(
    signature: Signature,
    action: PublicAction,
    *,
    locale: str,
    now: datetime,
    remind_after: timedelta,
    consent_version: int | None,
    **person: Unpack[Person],
) -> bool:
    """Sign an action as the person who confirmed `signature`, and queue the receipt.

    Returns True if the person is counted by this call. Nothing changes if the link was used before or
    there is an obstacle. Otherwise a pending signature is confirmed and a withdrawn one needs the email
    again, as when signing; any other existing one stays unchanged. Raises ActionClosed.
    """
    if not action.is_open_at(now):
        raise ActionClosed
    counts_provider = is_covered_now(COUNTED_PROVIDERS, action.kind.name, locale, consent_version)
    with write_transaction() as connection:
        email = _use_offer(connection, signature, action)
        if email is None:
            return False
        row, mail = new_rows(
            action,
            email=email,
            locale=locale,
            now=now,
            remind_after=remind_after,
            consent_version=consent_version,
            source=None,
            channel="page",
            counts_provider=counts_provider,
            **person,
        )
        values = {f"new_{name}": value for name, value in row.items()} | {"its_confirmed_at": now}
        counted = _insert(connection, values)
        if counted:
            add_ledger_entry(connection, counted, +1, now)
        connection.execute(INSERT_MAIL, {**mail, "template": "next"})
    return counted is not None


def _use_offer(connection: Connection, signature: Signature, action: PublicAction) -> str | None:
    """The address of the person; None if the offer was used before or there is an obstacle.

    It locks the row, so one of several simultaneous presses succeeds, and none after a withdrawal.
    """
    used = {
        "its_action_id": signature.action_id,
        "its_id": signature.id,
        "its_signed_at": signature.signed_at,
        "its_next_action_id": action.id,
    }
    return connection.scalars(_USE, used).one_or_none()


def _insert(connection: Connection, values: Mapping[str, object]) -> SignatureRow | None:
    """The new row, if it is counted now and was not before."""
    row = connection.execute(_upsert(connection.dialect.name), values).one_or_none()
    return row if row is not None and row.status == COUNTED else None


_newest_consent = (
    select(func.max(ConsentText.version))
    .where(ConsentText.kind == Signature.kind, ConsentText.locale == Signature.locale)
    .correlate(Signature)
    .scalar_subquery()
)
_USE = (
    update(Signature)
    .where(
        Signature.action_id == bindparam("its_action_id"),
        Signature.id == bindparam("its_id"),
        Signature.signed_at == bindparam("its_signed_at"),
        Signature.status == COUNTED,
        Signature.email.is_not(None),
        Signature.next_action_id.is_(None),
        Signature.consent_version == _newest_consent,
    )
    .values(next_action_id=bindparam("its_next_action_id"))
    .returning(Signature.email)
)


@cache
def _upsert(dialect: str) -> Executable:
    """A new or pending signature is confirmed; a withdrawn one is pending with the new details.

    A pending one keeps its ids and the moment of signing, so that the link in its email leads to the
    page that says it is counted.
    """
    new = bind_columns("new", COLUMNS)
    confirmed = {"status": COUNTED, "confirmed_at": bindparam("its_confirmed_at"), "due_at": null()}
    insert = dialect_insert(dialect)(Signature).values(new | confirmed)
    was_pending, was_withdrawn = Signature.status == "pending", Signature.status == "withdrawn"
    changed = {
        name: insert.excluded[name] for name in COLUMNS if name not in ("public_id", *UNIQUE_KEY)
    }
    changed |= {
        "signed_at": case((was_pending, Signature.signed_at), else_=insert.excluded.signed_at),
        "status": case((was_withdrawn, "pending"), else_=COUNTED),
        "confirmed_at": case((was_withdrawn, null()), else_=insert.excluded.confirmed_at),
        "due_at": case((was_withdrawn, new["due_at"]), else_=null()),
    }
    insert = insert.on_conflict_do_update(
        index_elements=UNIQUE_KEY, set_=changed, where=was_pending | was_withdrawn
    )
    columns = (getattr(Signature, name) for name in (*LEDGER_COLUMNS, "status"))
    return insert.returning(*columns)
