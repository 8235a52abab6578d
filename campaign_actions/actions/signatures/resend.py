"""Resending the confirmation email, when someone reports that it did not arrive."""

from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection, select

from campaign_actions.actions.models import Signature, is_signature
from campaign_actions.actions.signatures.emails import new_mail_about
from campaign_actions.audit.log import add_entry
from campaign_actions.core.db.session import write_transaction
from campaign_actions.core.errors import Conflict
from campaign_actions.outbox.enqueue import INSERT_MAIL
from campaign_actions.outbox.models import OutboxMail

MIN_INTERVAL = timedelta(hours=1)  # between two emails about one signature
DAY = timedelta(hours=24)
MAX_EMAILS_A_DAY = 3  # about one signature, because the mailbox may be someone else's


class NotPending(Conflict):
    message = _l("This participation is no longer pending, so the email was not sent again.")


class ResendLimitReached(Conflict):
    message = _l(
        "The email was not sent again. One is pending, one was sent in the last hour, or"
        " three were sent in the last day. Ask the person to check their spam folder, and"
        " try again later."
    )


def resend(signature: Signature, *, action: str, actor: str, now: datetime) -> None:
    """Queue the confirmation email of a pending signature again.

    The daily limit of its mailbox applies as usual. Raises NotPending, ResendLimitReached.
    """
    select_row = select(Signature.__table__).where(is_signature(signature))
    with write_transaction() as connection:
        row = connection.execute(select_row.with_for_update()).one()
        if row.status != "pending":
            raise NotPending
        _check_limit(connection, row.email_key, row.action_id, now)
        connection.execute(INSERT_MAIL, new_mail_about(row, "sign", now))
        add_entry(
            connection,
            "signature-changed",
            actor=actor,
            now=now,
            subject=row.public_id,
            rows=1,
            action=action,
            change="resent",
        )


def _check_limit(connection: Connection, email_key: str, about: int, now: datetime) -> None:
    mails = select(OutboxMail.status, OutboxMail.queued_at).where(
        OutboxMail.email_key == email_key, OutboxMail.about == about, OutboxMail.status != "dead"
    )
    rows = connection.execute(mails).all()
    is_queued = any(row.status == "queued" for row in rows)
    is_recent = any(row.queued_at > now - MIN_INTERVAL for row in rows)
    sent_today = sum(row.queued_at > now - DAY for row in rows)
    if is_queued or is_recent or sent_today >= MAX_EMAILS_A_DAY:
        raise ResendLimitReached
