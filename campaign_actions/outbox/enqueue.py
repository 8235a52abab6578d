"""Queueing emails, and removing those to a person, in the caller's transaction."""

from datetime import datetime

from sqlalchemy import Connection, Select, delete, insert, literal, select

from campaign_actions.core.db.group_commit import TableInsert
from campaign_actions.outbox.models import Lane, OutboxMail

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


def delete_emails_to(connection: Connection, email_key: str, *, about: int | None = None) -> None:
    """Delete all emails to a person, or only the unsent ones about one subject.

    Sent ones have no address and count for the daily limit of the mailbox.
    """
    mails = delete(OutboxMail).where(OutboxMail.email_key == email_key)
    if about is not None:
        mails = mails.where(OutboxMail.about == about, OutboxMail.status != "sent")
    connection.execute(mails)
