"""Test emails of an update to its author, sent like the emails to signers."""

from datetime import datetime

from sqlalchemy import insert

from campaign_actions.audit.log import add_entry
from campaign_actions.core.db.session import write_transaction
from campaign_actions.core.security.email_address import email_key
from campaign_actions.outbox.enqueue import new_mail
from campaign_actions.outbox.models import OutboxMail
from campaign_actions.updates.models import Update


def send_test(update: Update, *, locale: str, name: str, actor: str, now: datetime) -> None:
    """Queue the email in one language to `actor`, marked as a test."""
    key = email_key(actor)
    mail = new_mail(
        "staff-update-test",
        to=actor,
        email_key=key,
        locale=locale,
        about=update.action_id,
        lane="staff",
        now=now,
    )
    with write_transaction() as connection:
        connection.execute(insert(OutboxMail).values(mail | {"update_id": update.id}))
        add_entry(
            connection,
            "update-tested",
            actor=actor,
            now=now,
            subject=name,
            update=update.id,
            language=locale,
        )
