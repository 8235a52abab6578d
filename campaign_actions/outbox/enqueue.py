"""Mail into the outbox, and a person out of it: rows in the caller's transaction."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, literal, select

from campaign_actions.core.db.group_commit import TableInsert
from campaign_actions.outbox.models import OutboxMail

COLUMNS = (
    *("template", "recipient", "email_key", "locale", "about"),
    *("status", "queued_at", "due_at", "is_held", "attempts"),
)
MAILS = TableInsert(OutboxMail, COLUMNS)
QUEUE_MAIL = insert(OutboxMail).inline()


def new_mail(
    template: str,
    *,
    to: str,
    email_key: str,
    locale: str,
    about: int | None = None,
    now: datetime,
) -> dict[str, Any]:
    """The row of a mail to one recipient, and what it is about.

    `mails[template]` says what is in it when it is delivered.
    """
    return {
        "template": template,
        "recipient": to,
        "email_key": email_key,
        "locale": locale,
        "about": about,
        "status": "queued",
        "queued_at": now,
        "due_at": now,
        "is_held": False,
        "attempts": 0,
    }


def queue_many(
    connection: Connection, template: str, people: Any, *, about: int, update_id: int, now: datetime
) -> int:
    """Queue a mail to many at once, in one statement; how many it was.

    `people` is a query of email, email_key and locale.
    """
    person = people.subquery()
    shared = new_mail(template, to="", email_key="", locale="", about=about, now=now)
    shared |= {"update_id": update_id, "is_bulk": True}
    own = {"recipient": person.c.email, "email_key": person.c.email_key, "locale": person.c.locale}
    types = OutboxMail.__table__.columns
    values = [own.get(name, literal(value, types[name].type)) for name, value in shared.items()]
    filled = insert(OutboxMail).from_select(list(shared), select(*values))
    return connection.execute(filled, execution_options={"preserve_rowcount": True}).rowcount


def forget(connection: Connection, email_key: str, *, about: int | None = None) -> None:
    """Remove every mail to a person, whatever became of it; with `about` those about one thing.

    Those that were sent hold no address any more: they stay and count for the mailbox, unless
    the person is forgotten as a whole.
    """
    mails = delete(OutboxMail).where(OutboxMail.email_key == email_key)
    if about is not None:
        mails = mails.where(OutboxMail.about == about, OutboxMail.status != "sent")
    connection.execute(mails)
