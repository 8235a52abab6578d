"""Mail into the outbox, and a person out of it: rows in the caller's transaction."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert

from campaign_actions.core.database import values_of
from campaign_actions.outbox.models import OutboxMail

COLUMNS = (
    *("template", "recipient", "email_key", "locale", "about"),
    *("status", "queued_at", "due_at", "is_held", "attempts"),
)
QUEUE_MAIL = insert(OutboxMail).inline().values(values_of("mail", COLUMNS))


def queue_mail(connection: Connection, template: str, **mail: Any) -> None:
    """Queue one mail; `mail` as mail_parameters() takes it."""
    connection.execute(QUEUE_MAIL, mail_parameters(template, **mail))


def mail_parameters(
    template: str,
    *,
    to: str,
    email_key: str,
    locale: str,
    about: int | None = None,
    now: datetime,
) -> dict[str, Any]:
    """The parameters of QUEUE_MAIL: a mail to one recipient, and what it is about.

    `mails[template]` says what is in it when it is delivered.
    """
    return {
        "mail_template": template,
        "mail_recipient": to,
        "mail_email_key": email_key,
        "mail_locale": locale,
        "mail_about": about,
        "mail_status": "queued",
        "mail_queued_at": now,
        "mail_due_at": now,
        "mail_is_held": False,
        "mail_attempts": 0,
    }


def forget(connection: Connection, email_key: str, *, about: int | None = None) -> None:
    """Remove every mail to a person, whatever became of it; with `about` those about one thing.

    Those that were sent hold no address any more: they stay and count for the mailbox, unless
    the person is forgotten as a whole.
    """
    mails = delete(OutboxMail).where(OutboxMail.email_key == email_key)
    if about is not None:
        mails = mails.where(OutboxMail.about == about, OutboxMail.status != "sent")
    connection.execute(mails)
