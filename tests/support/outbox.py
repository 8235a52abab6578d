"""An outbox for tests: simple emails, real transports and a given time."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Connection, select

from campaign_actions.actions.kinds import KINDS
from campaign_actions.core.content.email_markdown import mail_words
from campaign_actions.core.db.session import db, write_transaction
from campaign_actions.core.mail.render import Mail, MailMaker, mail_makers
from campaign_actions.core.mail.transports import FileTransport, Transport, open_transport
from campaign_actions.core.security.email_address import email_key
from campaign_actions.outbox.deliver import Delivered, Sender, deliver_due
from campaign_actions.outbox.enqueue import INSERT_MAIL, new_mail
from campaign_actions.outbox.models import Lane, OutboxMail

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
ADA = "ada@example.org"


def note(about: int | None, email_key: str, locale: str, now: datetime) -> Mail | None:
    """An email whose text shows what it is about."""
    return Mail("confirm", values_about(about), links_about(about))


def nothing(about: int | None, email_key: str, locale: str, now: datetime) -> Mail | None:
    return None


def broken(about: int | None, email_key: str, locale: str, now: datetime) -> Mail | None:
    raise LookupError("ada@example.org is not to be seen in any log")


SITE = "http://actions.example.org/en"


def values_about(about: int | None) -> dict[str, Any]:
    return {
        "kind": KINDS["petition"],
        "action_locale": "en",
        "action_title": f"Title {about}",
        "privacy_url": f"{SITE}/privacy/",
        "days": 14,
        "code_hours": 24,
        "confirm_words": mail_words(""),
        "receipt_words": mail_words(""),
        "code_page_url": f"{SITE}/thanks/",
    }


def links_about(about: int | None) -> dict[str, str]:
    links = {f"{name}_url": f"{SITE}/{name}/{about}/" for name in ("confirm", "withdraw")}
    return links | {"code": "K7M 4PX"}


def queue_mail(connection: Connection, template: str, **mail: Any) -> None:
    """Queue one email; `mail` takes the arguments of new_mail()."""
    connection.execute(INSERT_MAIL, new_mail(template, **mail))


@dataclass
class PostOffice:
    """Queues emails, delivers them at a given time and reads the files that arrived."""

    folder: Path
    transport: Transport
    mails: dict[str, MailMaker] = field(
        default_factory=lambda: {"note": note, "nothing": nothing, "broken": broken}
    )
    daily_limit: int = 5

    def queue(
        self,
        template: str = "note",
        *,
        to: str = ADA,
        about: int | None = 1,
        locale: str = "en",
        lane: Lane = "signer",
        now: datetime = NOON,
    ) -> None:
        with write_transaction() as connection:
            queue_mail(
                connection,
                template,
                to=to,
                email_key=email_key(to),
                locale=locale,
                about=about,
                lane=lane,
                now=now,
            )

    def deliver(self, now: datetime = NOON) -> Delivered:
        return deliver_due(Sender(self.transport, self.mails, self.daily_limit), lambda: now)

    def arrived(self) -> list[Any]:
        """The emails delivered as files, in the order of queueing."""
        files = sorted(self.folder.glob("*.eml"))
        return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]

    def titles(self) -> list[str]:
        """The titles in the emails, as `note()` sets them."""
        return [title for mail in self.arrived() for title in titles_in(text_of(mail))]


def office(folder: Path) -> PostOffice:
    return PostOffice(folder, FileTransport(folder))


def deliver_through(app: Flask, port: int, *, now: datetime) -> Delivered:
    """Send the program's own due emails through the mail server on a port, which may not run."""
    app.config["MAIL_URL"] = f"smtp://127.0.0.1:{port}"
    transport = open_transport()
    db.session.rollback()  # or a test that has read does not see what a client queued since, on SQLite
    try:
        return deliver_due(Sender(transport, mail_makers(), daily_limit=0), lambda: now)
    finally:
        transport.close()


def text_of(mail: Any) -> str:
    return str(mail.get_body(("plain",)).get_content())


def titles_in(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip().startswith("Title ")]


def rows() -> list[OutboxMail]:
    """The rows of the outbox, in the order of queueing."""
    db.session.rollback()
    mails = select(OutboxMail).order_by(OutboxMail.id)
    return list(db.session.scalars(mails.execution_options(populate_existing=True)))


def only_row() -> OutboxMail:
    (row,) = rows()
    return row


class FailingTransport:
    """A transport that raises these errors in turn, and then works."""

    def __init__(self, *errors):
        self.errors = list(errors)
        self.names = []

    def send(self, message, *, name):
        self.names.append((name, message.message_id))
        if self.errors:
            raise self.errors.pop(0)

    def close(self):
        pass
