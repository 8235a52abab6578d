"""Taking a signature back: withdrawing keeps that it was there, erasing removes the person."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, text, update

from campaign_actions.actions.models import Signature
from campaign_actions.actions.tallying import enter
from campaign_actions.core.database import db, writing
from campaign_actions.core.emails import email_key
from campaign_actions.outbox.queueing import forget

ERASED: dict[str, Any] = {
    "status": "erased",
    **dict.fromkeys(
        [
            *(
                "email",
                "email_key",
                "given_name",
                "family_name",
                "country_code",
                "locale",
                "comment",
            ),
            *("consent_version", "source", "referrer", "channel", "signed_at", "confirmed_at"),
            *("withdrawn_at", "reminded_at", "due_at"),
        ]
    ),
    "show_name": False,
    "wants_updates": False,
    "answers": {},
}


def withdraw(signature: Signature, *, now: datetime) -> None:
    """At the signer's wish: a confirmed signature counts no more, one never confirmed is erased.

    Done again, it changes nothing.
    """
    withdrawn = (
        update(Signature)
        .where(Signature.id == signature.id, Signature.status == "confirmed")
        .values(status="withdrawn", withdrawn_at=now, updated_at=now)
        .returning(Signature)
    )
    with writing() as connection:
        row = connection.execute(withdrawn).one_or_none()
        if row:
            enter(connection, row, -1, now)
        else:
            erase_rows(
                connection,
                (Signature.id == signature.id) & Signature.status.in_(["pending", "invalid"]),
                now=now,
            )


def erase(email: str, *, now: datetime) -> int:
    """Remove a person everywhere, waiting mails included; how many signatures it was."""
    key = email_key(email)
    with writing() as connection:
        count = erase_rows(connection, Signature.email_key == key, now=now)
        forget(connection, key)
    _empty_journal()
    return count


def erase_rows(connection: Connection, condition: Any, *, now: datetime) -> int:
    """Erase signatures in the caller's transaction; those that counted are taken from the count."""
    rows = connection.execute(select(Signature).where(condition).with_for_update()).all()
    for row in rows:
        if row.status == "confirmed":
            enter(connection, row, -1, now)
    ids = [row.id for row in rows]
    connection.execute(
        update(Signature).where(Signature.id.in_(ids)).values(**ERASED, updated_at=now)
    )
    return len(ids)


def _empty_journal() -> None:
    """SQLite keeps changed pages in its journal until it is emptied."""
    if db.engine.dialect.name == "sqlite":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("pragma wal_checkpoint(truncate)"))
