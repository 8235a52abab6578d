"""Emails to staff, queued or dropped in the caller's transaction, and a test email."""

from datetime import datetime

from sqlalchemy import Connection, delete, insert

from campaign_actions.core.db.session import write_transaction
from campaign_actions.core.security.email_address import email_key
from campaign_actions.outbox.enqueue import new_mail
from campaign_actions.outbox.models import OutboxMail
from campaign_actions.staff.models import StaffMember

TEST_MAIL = "staff-test"


def send_test_email(member: StaffMember, *, now: datetime) -> None:
    """Queue an email that goes the way of all others, in a transaction of its own."""
    with write_transaction() as connection:
        enqueue_staff_mail(connection, TEST_MAIL, member, now)


def enqueue_staff_mail(
    connection: Connection,
    template: str,
    member: StaffMember,
    now: datetime,
    *,
    about: int | None = None,
) -> None:
    """Queue an email to a member. `about`: the id of its subject; by default the member's own."""
    mail = new_mail(
        template,
        to=member.email,
        email_key=email_key(member.email),
        locale=member.locale,
        about=member.id if about is None else about,
        lane="staff",
        now=now,
    )
    connection.execute(insert(OutboxMail).values(mail))


def drop_staff_mail(connection: Connection, member: StaffMember) -> None:
    """Delete the emails to a member that were not sent, so that nobody is asked to attend to them."""
    mailbox, address = email_key(member.email), member.email  # the key has an index
    theirs = OutboxMail.email_key == mailbox, OutboxMail.recipient == address
    connection.execute(delete(OutboxMail).where(*theirs, OutboxMail.lane == "staff"))
