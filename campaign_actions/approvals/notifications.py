"""Emails about requests, queued in the caller's transaction."""

from datetime import datetime

from sqlalchemy import Connection

from campaign_actions.staff.notifications import enqueue_staff_mail
from campaign_actions.staff.queries import find_member_by_id

REQUESTED_MAIL, DECIDED_MAIL = "staff-approval-asked", "staff-approval-decided"


def notify_requester(connection: Connection, staff_id: int, request_id: int, now: datetime) -> None:
    """Tell the requester how a request ended, unless they are disabled."""
    member = find_member_by_id(staff_id)
    if member and member.active:
        enqueue_staff_mail(connection, DECIDED_MAIL, member, now, about=request_id)
