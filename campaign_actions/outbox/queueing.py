"""Mail into the outbox, and a person out of it: rows in the caller's transaction."""

from datetime import datetime

from sqlalchemy import Connection, delete, insert

from campaign_actions.outbox.models import OutboxMail


def queue_mail(
    connection: Connection,
    template: str,
    *,
    to: str,
    email_key: str,
    locale: str,
    about: int | None = None,
    now: datetime,
) -> None:
    """Queue a mail to one recipient. `MAILS[template]` says what is in it when it is delivered."""
    row = {
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
    connection.execute(insert(OutboxMail).inline(), row)


def forget(connection: Connection, email_key: str) -> None:
    """Remove every mail to a person, whatever became of it."""
    connection.execute(delete(OutboxMail).where(OutboxMail.email_key == email_key))
