"""Emails about requests, queued in the transaction of what they tell."""

from datetime import datetime

from sqlalchemy import Connection, insert

from campaign_actions.core.security.email_address import email_key
from campaign_actions.outbox.enqueue import new_mail
from campaign_actions.outbox.models import OutboxMail
from campaign_actions.staff.models import StaffMember
from campaign_actions.staff.queries import find_member_by_id

ASKED, DECIDED = "staff-approval-asked", "staff-approval-decided"


def tell(
    connection: Connection, template: str, member: StaffMember, request_id: int, now: datetime
) -> None:
    """An email to a staff member about a request."""
    mail = new_mail(
        template,
        to=member.email,
        email_key=email_key(member.email),
        locale=member.locale,
        about=request_id,
        lane="staff",
        now=now,
    )
    connection.execute(insert(OutboxMail).values(mail))


def tell_requester(connection: Connection, staff_id: int, request_id: int, now: datetime) -> None:
    """How a request ended, to whoever made it, if they are still let in."""
    member = find_member_by_id(staff_id)
    if member and member.active:
        tell(connection, DECIDED, member, request_id, now)
