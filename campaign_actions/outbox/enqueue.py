"""Queueing emails, and removing those to a person, in the caller's transaction."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, Select, bindparam, delete, insert, literal, select, true, update

from campaign_actions.core.db.group_commit import TableInsert
from campaign_actions.core.db.upsert import dialect_insert
from campaign_actions.outbox.models import BulkRecipient, Lane, OutboxMail

COLUMNS = (
    *("template", "recipient", "email_key", "locale", "about"),
    *("lane", "status", "queued_at", "due_at", "is_held", "attempts"),
)
MAIL_TABLE_INSERT = TableInsert(OutboxMail, COLUMNS)
INSERT_MAIL = insert(OutboxMail).inline()


def new_mail(
    template: str,
    *,
    to: str,
    email_key: str,
    locale: str,
    about: int | None = None,
    lane: Lane = "signer",
    now: datetime,
) -> dict[str, object]:
    """The row of an email to one recipient. `about`: the id of its subject.

    The email maker registered under `template` writes it at delivery.
    """
    return {
        "template": template,
        "recipient": to,
        "email_key": email_key,
        "locale": locale,
        "about": about,
        "lane": lane,
        "status": "queued",
        "queued_at": now,
        "due_at": now,
        "is_held": False,
        "attempts": 0,
    }


def queue_many(
    connection: Connection,
    template: str,
    people: Select[str, str, str],
    *,
    about: int,
    update_id: int,
    now: datetime,
) -> int:
    """Queue an email to many people, in one statement; returns how many.

    `people` is a query of email, email_key and locale.
    """
    person = people.subquery()
    no_one = {"to": "", "email_key": "", "locale": ""}
    shared = new_mail(template, **no_one, about=about, lane="bulk", now=now)
    shared |= {"update_id": update_id}
    own = {"recipient": person.c.email, "email_key": person.c.email_key, "locale": person.c.locale}
    types = OutboxMail.__table__.columns
    values = [own.get(name, literal(value, types[name].type)) for name, value in shared.items()]
    filled = insert(OutboxMail).from_select(list(shared), select(*values))
    return connection.execute(filled, execution_options={"preserve_rowcount": True}).rowcount


def claim_people(
    connection: Connection, people: Select[str | None, int], *, about: int, update_id: int
) -> None:
    """Note that these people get an update through the action `about`, unless they are noted already.

    `people` is a query of email_key and the id of the signature.
    """
    person = people.subquery()
    columns = "update_id", "email_key", "signature_id", "about"
    types = BulkRecipient.__table__.columns
    values = (
        literal(update_id, types["update_id"].type),
        person.c.email_key,
        person.c.id,
        literal(about, types["about"].type),
    )
    # SQLite reads "on" after a query without a condition as part of a join.
    rows = dialect_insert(connection.dialect.name)(BulkRecipient).from_select(
        columns, select(*values).where(true())
    )
    connection.execute(rows.on_conflict_do_nothing(index_elements=["update_id", "email_key"]))


def is_claimed(update_id: int, about: int) -> Select[int]:
    """The ids of the signatures of an action through which people get an update."""
    noted = BulkRecipient.update_id == update_id, BulkRecipient.about == about
    return select(BulkRecipient.signature_id).where(*noted)


def release_people(connection: Connection, update_ids: Select[int]) -> None:
    """Delete the notes about updates that are over."""
    noted = BulkRecipient.update_id.in_(update_ids)
    connection.execute(delete(BulkRecipient).where(noted))


def forget_people(
    connection: Connection, email_keys: Collection[str], *, about: int, others: Select[str | None]
) -> None:
    """Forget that people get updates through an action from which they were erased.

    `others`: a query of the keys of people who could get an update through another action. That they have
    it stays noted, without the action.
    """
    kept = set(connection.scalars(others))
    # One statement for each person: PostgreSQL reads the whole table for a long list of keys.
    its = BulkRecipient.email_key == bindparam("person")
    if gone := [{"person": key} for key in email_keys if key not in kept]:
        connection.execute(delete(BulkRecipient).where(its), gone)
    if left := [{"person": key} for key in email_keys if key in kept]:
        erased = update(BulkRecipient).where(its, BulkRecipient.about == about)
        connection.execute(erased.values(about=0, signature_id=0), left)


def delete_emails_to(connection: Connection, email_key: str, *, about: int | None = None) -> None:
    """Delete all emails to a person, or only the unsent ones about one subject.

    Sent ones have no address and count for the daily limit of the mailbox.
    """
    mails = delete(OutboxMail).where(OutboxMail.email_key == email_key)
    if about is not None:
        mails = mails.where(OutboxMail.about == about, OutboxMail.status != "sent")
    else:
        connection.execute(delete(BulkRecipient).where(BulkRecipient.email_key == email_key))
    connection.execute(mails)
