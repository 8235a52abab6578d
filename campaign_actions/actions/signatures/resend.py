"""Sending the mail to confirm once more, when somebody says that it did not come."""

from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection, select

from campaign_actions.actions.models import Signature, is_signature
from campaign_actions.audit.log import add_entry
from campaign_actions.core.db.session import write_transaction
from campaign_actions.core.errors import Conflict
from campaign_actions.outbox.enqueue import QUEUE_MAIL, new_mail
from campaign_actions.outbox.models import OutboxMail

MIN_INTERVAL = timedelta(hours=1)  # between two mails about one signature
DAY = timedelta(hours=24)
MAX_EMAILS_A_DAY = 3  # mails about one signature a day: the mailbox may be somebody else's


class NotPending(Conflict):
    message = _l("This signature does not wait for its confirmation any more.")


class ResendLimitReached(Conflict):
    message = _l(
        "A mail about this signature waits to be sent, or was sent within the last hour, or there"
        " were three within a day. Please wait, and ask the person to look among unwanted mail."
    )


def resend(signature: Signature, *, action: str, actor: str, now: datetime) -> None:
    """Queue the mail to confirm for a signature that waits, through the outbox as any other.

    So it also waits when its mailbox has had its number of mails. Raises NotPending, ResentLately.
    """
    this = select(Signature.__table__).where(is_signature(signature))
    with write_transaction() as connection:
        row = connection.execute(this.with_for_update()).one()
        if row.status != "pending":
            raise NotPending
        _check_limit(connection, row.email_key, row.action_id, now)
        mail = new_mail(
            "sign",
            to=row.email,
            email_key=row.email_key,
            locale=row.locale,
            about=row.action_id,
            now=now,
        )
        connection.execute(QUEUE_MAIL, mail)
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
    lately = [row for row in rows if row.queued_at > now - DAY]
    waits = any(row.status == "queued" for row in rows)
    if (
        waits
        or len(lately) >= MAX_EMAILS_A_DAY
        or any(row.queued_at > now - MIN_INTERVAL for row in lately)
    ):
        raise ResendLimitReached
